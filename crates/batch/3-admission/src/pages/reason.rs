//! Why an application is returned or refused: reasons to choose from, and the reviewer's own words.
use ::store::Tx;
use kernel::Day;
use scheme::Truth;
use web::{Form, Markup, Visit};

use crate::{
    Decision,
    decision::Case,
    store::{self, Reason},
};

/// The choice that takes the findings of the machine as the reason.
pub(super) const FINDINGS: &str = "findings";

/// The reasons that are offered today. What is sent is a code; what is kept and told to the applicant
/// is the sentence.
pub(super) struct Reasons(Vec<Reason>);

impl Reasons {
    /// Those in force on a day.
    pub async fn read(tx: &mut Tx, day: Day) -> sqlx::Result<Self> {
        Ok(Self(store::reasons(tx, day).await?))
    }

    /// The choice, with the findings of the machine first when there are any.
    pub fn select(&self, v: &Visit, form: &Form, case: &Case) -> Markup {
        let mut options = vec![(String::new(), v.t.s("admission-reason-own"))];
        if !findings_in_words(case).is_empty() {
            options.push((FINDINGS.to_owned(), v.t.s("admission-reason-findings")));
        }
        let offered = self
            .0
            .iter()
            .map(|reason| (reason.code.clone(), v.t.pick(&reason.text_zh, &reason.text_en).to_owned()));
        options.extend(offered);
        form.select(&v.t, "offered", "admission-offered", &options)
    }

    /// The reason that counts: the one chosen, then the reviewer's own words.
    pub fn given(&self, form: &Form, case: &Case, decision: Decision) -> String {
        let offered = match (form.value("offered"), decision) {
            // Offered reasons tell what is wrong; an acceptance has the reviewer's own words only.
            (_, Decision::Accept) => String::new(),
            (FINDINGS, Decision::Return | Decision::Refuse) => findings_in_words(case),
            (code, Decision::Return | Decision::Refuse) => {
                let chosen = self.0.iter().find(|reason| reason.code == code);
                chosen.map_or_else(String::new, |reason| reason.text_zh.clone())
            }
        };
        let own = form.value("reason").to_owned();
        [offered, own].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("；")
    }
}

/// What keeps the machine from proposing to accept, in the words the applicant will read.
fn findings_in_words(case: &Case) -> String {
    let worst = match case.opinion.proposed {
        Decision::Accept => return String::new(),
        Decision::Return => Truth::Missing,
        Decision::Refuse => Truth::Unmet,
    };
    let said = case.opinion.findings().iter().filter(|finding| finding.met == worst);
    said.map(|finding| finding.text_zh.as_str()).collect::<Vec<_>>().join("；")
}
