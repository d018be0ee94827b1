//! Where a certificate comes from: every link from it back to the application, and what is wrong
//! with one.
//!
//! A certificate stands on a published pass, the pass on a score in every part, a score on somebody
//! who sat there, and that on a seat, an admission and an application of the same person for the same
//! level. Each link must have its rows, agree with the next, and have its entry in the log.
use kernel::{BatchCode, CertificateNumber, LevelCode, OccupationCode, Score};
use person::PersonId;

use super::fault::{Entry, Fault, Leaf, Link, Wrong};

/// Whom and what a row is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Batch.
    pub batch: BatchCode,
    /// Person.
    pub person: PersonId,
    /// Occupation.
    pub occupation: OccupationCode,
    /// Level.
    pub level: LevelCode,
}

/// A part of the candidate's level, with everything that is known of the candidate in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartEvidence {
    /// Name to say.
    pub name: String,
    /// The score that passes it.
    pub pass_mark: Score,
    /// Occupation and level of the seat, if there is one.
    pub seat: Option<(OccupationCode, LevelCode)>,
    /// Whether the room recorded the candidate as present; none when it recorded nothing.
    pub is_present: Option<bool>,
    /// For a part on computers: what is known of the attempt.
    pub attempt: Option<AttemptEvidence>,
    /// The sealed score; an inner none is an absence.
    pub score: Option<Option<Score>>,
    /// The score as its sources give it; none when they give none.
    pub worked_out: Option<Option<Score>>,
}

/// What is known of work on a computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptEvidence {
    /// There is no attempt at the seat.
    None,
    /// It has not ended.
    Open,
    /// Its kept changes do not make the chain it ended with.
    Broken,
    /// It ended and its chain is whole.
    Whole,
}

/// The decision on the candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultEvidence {
    /// Batch of the row.
    pub batch: BatchCode,
    /// Its word.
    pub outcome: &'static str,
    /// Whether it is a pass.
    pub is_pass: bool,
    /// Whether two people published it.
    pub is_published: bool,
}

/// One certificate and everything behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ancestry {
    /// Number.
    pub number: CertificateNumber,
    /// What the certificate's row says.
    pub certificate: About,
    /// The decision.
    pub result: Option<ResultEvidence>,
    /// The parts of its level.
    pub parts: Vec<PartEvidence>,
    /// The candidate's line of the frozen list.
    pub admission: Option<About>,
    /// The application.
    pub application: Option<About>,
    /// What must be in the log.
    pub leaves: Vec<Leaf>,
}

impl Ancestry {
    /// Everything that is wrong, from the certificate back to the application.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut found: Vec<(Link, Wrong)> = Vec::new();
        found.extend(self.check_result().map(|wrong| (Link::Result, wrong)));
        if self.parts.is_empty() {
            found.push((Link::Result, Wrong::NoParts));
        }
        for part in &self.parts {
            found.extend(self.check_part(part));
        }
        for (link, row) in [(Link::Admission, &self.admission), (Link::Application, &self.application)] {
            match row {
                None => found.push((link, Wrong::NoRow)),
                Some(about) => {
                    found.extend(self.certificate.differs_from(about).map(|what| (link, Wrong::Other(what))))
                }
            }
        }
        let leaves = self.leaves.iter().filter(|leaf| leaf.entry != Entry::Sealed);
        found.extend(leaves.map(|leaf| (leaf.link.clone(), Wrong::Leaf(leaf.action, leaf.entry))));
        let number = &self.number;
        found.into_iter().map(|(link, wrong)| Fault { number: number.clone(), link, wrong }).collect()
    }

    fn check_result(&self) -> Option<Wrong> {
        match &self.result {
            None => Some(Wrong::NoRow),
            Some(result) if result.batch != self.certificate.batch => Some(Wrong::Other("batch")),
            Some(result) if !result.is_pass => Some(Wrong::NotPassed(result.outcome)),
            Some(result) if !result.is_published => Some(Wrong::NotPublished),
            Some(_) => None,
        }
    }

    fn check_part(&self, part: &PartEvidence) -> Vec<(Link, Wrong)> {
        let name = || part.name.clone();
        let mut found = Vec::new();
        match part.score {
            None => found.push((Link::Score(name()), Wrong::NoRow)),
            Some(kept) if part.worked_out != Some(kept) => {
                found.push((Link::Score(name()), Wrong::Altered(kept, part.worked_out)));
            }
            Some(kept) if kept.is_none_or(|score| score < part.pass_mark) => {
                found.push((Link::Score(name()), Wrong::BelowMark(kept, part.pass_mark)));
            }
            Some(_) => {}
        }
        let presence = match (part.is_present, part.attempt) {
            (None, _) => Some(Wrong::NotRecorded),
            (Some(false), _) => Some(Wrong::Absent),
            (Some(true), Some(AttemptEvidence::None)) => Some(Wrong::NoRow),
            (Some(true), Some(AttemptEvidence::Open)) => Some(Wrong::NotEnded),
            (Some(true), Some(AttemptEvidence::Broken)) => Some(Wrong::ChainBroken),
            (Some(true), Some(AttemptEvidence::Whole) | None) => None,
        };
        found.extend(presence.map(|wrong| (Link::Presence(name()), wrong)));
        match &part.seat {
            None => found.push((Link::Seat(name()), Wrong::NoRow)),
            Some((occupation, _)) if *occupation != self.certificate.occupation => {
                found.push((Link::Seat(name()), Wrong::Other("occupation")));
            }
            Some((_, level)) if *level != self.certificate.level => {
                found.push((Link::Seat(name()), Wrong::Other("level")));
            }
            Some(_) => {}
        }
        found
    }
}

impl About {
    fn differs_from(&self, other: &Self) -> Option<&'static str> {
        if self.batch != other.batch {
            return Some("batch");
        }
        if self.person != other.person {
            return Some("person");
        }
        if self.occupation != other.occupation {
            return Some("occupation");
        }
        (self.level != other.level).then_some("level")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spoils one link.
    type Change<T> = fn(&mut T);

    fn about() -> About {
        About {
            batch: BatchCode::parse("2021-01").unwrap(),
            person: "person-1".into(),
            occupation: OccupationCode::parse("4-07-03-04").unwrap(),
            level: LevelCode::parse("3").unwrap(),
        }
    }

    fn theory() -> PartEvidence {
        PartEvidence {
            name: "theory".into(),
            pass_mark: Score(6000),
            seat: Some((about().occupation, about().level)),
            is_present: Some(true),
            attempt: Some(AttemptEvidence::Whole),
            score: Some(Some(Score(6000))),
            worked_out: Some(Some(Score(6000))),
        }
    }

    fn whole() -> Ancestry {
        Ancestry {
            number: CertificateNumber::parse(NUMBER).unwrap(),
            certificate: about(),
            result: Some(ResultEvidence {
                batch: about().batch,
                outcome: "pass",
                is_pass: true,
                is_published: true,
            }),
            parts: vec![theory()],
            admission: Some(about()),
            application: Some(about()),
            leaves: vec![Leaf { link: Link::Admission, action: "admission.review", entry: Entry::Sealed }],
        }
    }

    const NUMBER: &str = "S000099000001213000001";

    fn said(change: impl FnOnce(&mut Ancestry)) -> Vec<String> {
        let mut ancestry = whole();
        change(&mut ancestry);
        ancestry.faults().iter().map(|fault| format!("{}: {}", fault.link, fault.wrong)).collect()
    }

    #[test]
    fn a_whole_ancestry_has_no_fault() {
        assert!(said(|_| {}).is_empty());
    }

    #[test]
    fn each_link_that_is_gone_is_named_once() {
        let gone: [(Change<Ancestry>, &str); 5] = [
            (|one| one.result = None, "result: there is no row"),
            (|one| one.parts[0].score = None, "score of theory: there is no row"),
            (|one| one.parts[0].seat = None, "seat in theory: there is no row"),
            (|one| one.admission = None, "admission: there is no row"),
            (|one| one.application = None, "application: there is no row"),
        ];
        for (change, sentence) in gone {
            let said = said(change);
            assert_eq!(said.len(), 1, "{said:?}");
            assert!(said[0].starts_with(sentence), "{said:?}");
        }
    }

    #[test]
    fn a_row_about_somebody_or_something_else_is_named() {
        let other: [(Change<About>, &str); 4] = [
            (|about| about.batch = BatchCode::parse("2021-02").unwrap(), "another batch"),
            (|about| about.person = "person-2".into(), "another person"),
            (|about| about.occupation = OccupationCode::parse("4-07-03-02").unwrap(), "another occupation"),
            (|about| about.level = LevelCode::parse("2").unwrap(), "another level"),
        ];
        for (change, words) in other {
            let mut about = about();
            change(&mut about);
            let admission = said(|one| one.admission = Some(about.clone()));
            assert!(admission.len() == 1 && admission[0].contains(words), "{admission:?}");
            let application = said(|one| one.application = Some(about.clone()));
            assert!(application.len() == 1 && application[0].contains(words), "{application:?}");
        }
        let seat = said(|one| one.parts[0].seat = Some((about().occupation, LevelCode::parse("2").unwrap())));
        assert!(seat.len() == 1 && seat[0].contains("another level"), "{seat:?}");
    }

    #[test]
    fn a_score_must_be_what_its_sources_give_and_reach_the_mark() {
        let altered = said(|one| one.parts[0].score = Some(Some(Score(7350))));
        assert!(altered[0].contains("the row says 73.50, its sources give 60"), "{altered:?}");
        let low = said(|one| {
            one.parts[0].score = Some(Some(Score(5999)));
            one.parts[0].worked_out = Some(Some(Score(5999)));
        });
        assert!(low[0].contains("does not reach the pass mark"), "{low:?}");
        let absent = said(|one| {
            one.parts[0].score = Some(None);
            one.parts[0].worked_out = Some(None);
        });
        assert!(absent[0].contains("absent does not reach"), "{absent:?}");
        let sourceless = said(|one| one.parts[0].worked_out = None);
        assert!(sourceless[0].contains("nothing it could come from"), "{sourceless:?}");
    }

    #[test]
    fn who_did_not_sit_cannot_hold_a_certificate() {
        let attempt = |attempt| move |one: &mut Ancestry| one.parts[0].attempt = Some(attempt);
        assert!(said(|one| one.parts[0].is_present = Some(false))[0].contains("as absent"));
        assert!(said(|one| one.parts[0].is_present = None)[0].contains("no room recorded"));
        assert!(said(attempt(AttemptEvidence::None))[0].contains("there is no row"));
        assert!(said(attempt(AttemptEvidence::Open))[0].contains("has not ended"));
        assert!(said(attempt(AttemptEvidence::Broken))[0].contains("do not make the chain"));
        assert!(said(|one| one.parts[0].attempt = None).is_empty(), "on paper there is none");
    }

    #[test]
    fn a_decision_must_be_a_published_pass_and_every_entry_in_the_log() {
        let result = |change: fn(&mut ResultEvidence)| said(move |one| change(one.result.as_mut().unwrap()));
        assert!(result(|one| (one.is_pass, one.outcome) = (false, "fail"))[0].contains("'fail', not 'pass'"));
        assert!(result(|one| one.is_published = false)[0].contains("have not published"));
        assert!(said(|one| one.parts.clear())[0].contains("no parts"));
        for (entry, words) in [
            (Entry::Missing, "the trail has no entry admission.review"),
            (Entry::Waiting, "no place in the log yet"),
            (Entry::Differs, "is not what the entry admission.review says"),
        ] {
            let said = said(|one| one.leaves[0].entry = entry);
            assert!(
                said.len() == 1 && said[0].starts_with("admission: ") && said[0].contains(words),
                "{said:?}"
            );
        }
    }
}
