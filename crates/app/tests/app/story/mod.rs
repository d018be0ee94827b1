//! The story: thirty people apply, and those who should hold a certificate that verifies.
//!
//! Told as the nine stages, through the real server over HTTP, by people who only click, type and
//! read. The one thing here that a browser could not do is to move the clock.
mod accounts;
mod after;
mod before;
mod during;
pub mod exports;
mod filings;
mod hall;
mod steps;
mod verified;

use rehearse::{Batch, plan};
use testkit::Server;

use crate::access::{Moment, worlds};

/// How far the story reaches on each engine. Reaching less or more than this is red, so the mark
/// rises with the commit that raises it.
const WATERMARK: &[(&str, usize)] = &[("sqlite", 9), ("postgres", 9)];

const STAGES: [&str; 9] = [
    "plan",
    "registration",
    "admission",
    "arrangement",
    "paper",
    "sitting",
    "assessment",
    "result",
    "certificate",
];

/// The batch of the story.
const BATCH: &str = "2021-01";

/// What an act gave; an act that could not go on ends the story.
pub fn did<T>(act: rehearse::Result<T>) -> T {
    act.unwrap_or_else(|fault| panic!("{fault}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_people_apply_and_those_who_should_hold_a_certificate() {
    let worlds = worlds().await.iter();
    let under_way: Vec<_> =
        worlds.map(|world| tokio::spawn(look_around(world.take_server(), world.reached))).collect();
    for one in under_way {
        one.await.unwrap();
    }
}

/// What the pages show of the story that was told.
async fn look_around(mut server: Server, reached: usize) {
    server.start_again(&[]);
    let wanted = WATERMARK.iter().find(|(engine, _)| *engine == server.engine).map_or(0, |(_, stage)| *stage);
    println!("{}: told to stage {reached} ({})", server.engine, STAGES[reached - 1]);
    for ahead in &STAGES[reached..] {
        println!("{}: ahead: {ahead}", server.engine);
    }
    server.clock("2021-06-03 15:00");
    let mut wrong = tokio::task::block_in_place(|| {
        // The last attempt of the story, the first roster line, and who applied alone.
        let phones = ["19900000029", "19900000001", before::SELF_PHONE];
        let candidates = phones.map(|phone| server.candidate(phone));
        crate::walk::walk(&server, &candidates)
    });
    wrong.extend(crate::walk::changes_left_a_trace(&server).await);
    crate::city::hire(&server).await;
    wrong.extend(tokio::task::block_in_place(|| {
        let batch = did(Batch::founding());
        crate::figures::the_funnel_counts(&server, &batch);
        crate::figures::the_year_counts(&server, &batch);
        crate::figures::a_duty_for_one_batch_opens_one(&server);
        crate::figures::the_matrix_counts(&server);
        crate::figures::what_the_public_reads_is_counted(&server);
        let mut wrong = crate::city::look(&server, &batch);
        // The last: nothing in the rows is as it was after it.
        wrong.extend(exports::carry_texts(&server));
        wrong
    }));
    assert!(wrong.is_empty(), "{}:\n{}", server.engine, wrong.join("\n"));
    assert_eq!(
        reached, wanted,
        "the watermark of {} is {wanted}, the story reached {reached}",
        server.engine
    );
}

/// Everything that was done is in the log, and every row of it is what was signed.
fn the_log_is_whole(server: &Server) {
    let (whole, said) = server.command(&["verify", "log"]);
    assert!(whole, "{said}");
}

/// Somebody signs out and is out.
fn a_clerk_signs_out(server: &Server) {
    let clerk = server.staff("clerk2");
    let page = clerk.open("/workbench");
    clerk.send(&page.form("/sign-out"));
    assert_eq!(clerk.get("/workbench").path, "/sign-in");
}

/// Keeps what a server holds at a moment.
pub type Keep<'a> = &'a mut dyn FnMut(&Server, Moment);

/// Tells the story as far as it goes and says how many stages that were.
pub fn tell(server: &mut Server, keep: Keep<'_>) -> usize {
    let batch = did(Batch::founding());
    assert_eq!((batch.code.as_str(), batch.cast.members.len()), (BATCH, 30));
    a_clerk_signs_out(server);
    accounts::a_newcomer_gets_duties_and_loses_them(server);
    accounts::somebody_stands_in(server);
    accounts::sessions_are_listed_and_ended(server);
    accounts::the_registers_can_be_read(server);
    let case = filings::an_authority_handles_a_case(server);
    the_province_publishes_a_plan(server, &batch);
    keep(server, Moment::Announced);
    after_the_plan(server, &batch);
    let numbers = during::the_exam_is_sat(server, &batch, keep);
    keep(server, Moment::HandedIn);
    filings::the_register_says_so(server, &case);
    after::everything_is_scored(server, &batch, &numbers);
    after::results_are_published(server, &batch, keep);
    keep(server, Moment::Published);
    after::certificates_are_issued_and_verify(server, &batch);
    the_log_is_whole(server);
    steps::all_eight_stand_in_the_log_in_order(server);
    verified::every_certificate_has_its_ancestry(server);
    9
}

/// Stages 1 to 5: after them a candidate can sit down.
pub fn everything_before_the_exam(server: &mut Server, batch: &Batch) {
    the_province_publishes_a_plan(server, batch);
    after_the_plan(server, batch);
}

fn after_the_plan(server: &mut Server, batch: &Batch) {
    before::thirty_people_apply(server, batch);
    before::the_admitted_are_known(server, batch);
    before::everybody_gets_a_seat(server, batch);
    during::papers_are_made_and_locked(server, batch);
}

/// Windows of the plan, the day of the exam, and the time limits that every batch keeps after it.
fn the_rail_says_by_when(server: &Server) {
    let rail = server.staff("province1").open("/batches/2021-01").all(".rail li");
    for (stage, day) in [
        (2, "2021-04-30"),
        (4, "2021-05-08"),
        (6, "2021-05-22"),
        (7, "2021-05-26"),
        (8, "2021-05-28"),
        (9, "2021-06-04"),
    ] {
        assert!(rail[stage - 1].contains(&format!("{day} 截止")), "stage {stage}: {rail:?}");
    }
}

/// Stage 1: one person draws the plan up and proposes it, another approves, everybody may read it.
fn the_province_publishes_a_plan(server: &mut Server, batch: &Batch) {
    let first = server.staff("province1");
    let form = did(plan::filled(&did(plan::new_plan(&first)), batch));

    // A plan that breaks a rule is refused with the field and the cure, and nothing is kept.
    let refused = first.send(&form.clone().set("registration_to", "2021-05-19"));
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("至少要 7 个"), "{}", refused.text());
    assert!(first.open("/batches").link(&batch.code).is_none(), "a refused plan is not kept");

    let page = first.send(&form);
    assert_eq!((page.status, page.path.as_str()), (200, "/batches/2021-01"), "{}", page.text());
    assert_eq!(server.browser().get("/notices/2021-01").status, 404, "a draft is nobody's business");

    // What is wrong in a draft is put right before it is proposed.
    let edit = first.click(&page, "/batches/2021-01/plan");
    let form = edit.form("/batches/2021-01/plan").set("title_en", "Unified certification, spring 2021");
    let page = first.send(&form);
    assert!(page.text().contains("2021年上半年统一认定"));
    let stale = first.send(&form);
    assert_eq!(stale.status, 409, "a page drawn before the change cannot overwrite it");

    let page = did(plan::propose(server.office(), batch));
    assert!(!page.has_form("/publication/decision"), "whoever proposed cannot decide");

    did(plan::approve(server.office(), batch));
    the_rail_says_by_when(server);
    let notice = server.browser().open("/notices/2021-01").text();
    for word in ["企业人力资源管理师", "劳动关系协调员", "二级/技师", "南城市报名点", "2021-05-22"]
    {
        assert!(notice.contains(word), "the notice says {word}: {notice}");
    }
    testkit::proves!(
        "S0-07",
        "a batch names occupations, levels and one exam date, and is published by two people"
    );
}
