//! TR21: a certificate from the decision to its end, beside models drawn by hand.
use store::Tx;
use testkit::{
    Statements,
    Value::{Number, Text},
    look,
    model::{Dice, Model, Seen},
    write,
};

/// A decision stands when its whole list is written; only then is there something to issue, unless it was refused.
const ORDER: &str = "
                     | written | stands  | refused
stand                | stands  | -       | -
stand, some missing  | -       | -       | -
wait for the issue   | -       | stands  | -
refuse               | .       | refused | refused
try again            | -       | -       | stands
";

/// `handed` was collected. What is void stays in the register; who collected it is still written down, and may be
/// put right.
const CERTIFICATE: &str = "
                              | ordered  | intended | valid  | handed      | void | handed, void
intend                        | intended | -        | -      | -           | -    | -
intend, another number        | .        | -        | -      | -           | -    | -
sign                          | -        | valid    | -      | -           | -    | -
sign, another number          | -        | -        | -      | -           | -    | -
declare void                  | -        | -        | void   | handed, void| -    | -
declare void, another number  | -        | -        | -      | -           | -    | -
hand out                      | -        | -        | handed | -           | -    | -
hand out, another point       | -        | -        | -      | -           | -    | -
take back                     | -        | -        | -      | valid       | -    | void
take back, another point      | -        | -        | -      | -           | -    | -
";

const WORLD: &[&str] = &[
    "INSERT INTO account (id, kind, login, display_name, failed_tries, next_try_at, created_at)
     VALUES ('a', 'staff', 'a', 'a', 0, 0, 0), ('b', 'staff', 'b', 'b', 0, 0, 0)",
    "INSERT INTO organisation (id, path, kind, name_zh, name_en, source)
     VALUES ('o', '/demo', 'association', 'x', 'x', 'test')",
    "INSERT INTO batch (code, title_zh, title_en, org_path, reference_date, exam_date, status, version, created_at,
     published_at) VALUES ('2021-01', 'x', 'x', '/demo', '2021-04-30', '2021-05-22', 'published', 1, 0, 1)",
    "INSERT INTO person (id, document_kind, document_index, document_sealed, name_sealed, phone_index, phone_sealed,
     detail_sealed, version, created_at) VALUES ('p', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 1, 0)",
    "INSERT INTO application (id, batch_code, serial, person_id, occupation_code, level_code, clause_number,
     clause_text, point_path, exam_kind, prior_certificate_sealed, education, major, diploma_sealed, source,
     particulars_sealed, status, origin, submitted_at, version) VALUES ('x', '2021-01', 1, 'p', '4-07-03-04', '3',
     '(1)', '', '/demo/s', 'first', '', '', '', '', '', '', 'submitted', 'self', 0, 1)",
    "INSERT INTO approval (id, kind, object_id, batch_code, payload_digest, reason, proposed_by, proposed_at, status,
     decided_by, decided_at) VALUES ('d', 'certificate.issue', '2021-01', '2021-01', 'x', '', 'a', 0, 'approved',
     'b', 1)",
    "INSERT INTO certificate_order (application_id, batch_code, position, person_id, occupation_code, level_code,
     approval_id, approved_at, refusal, refusal_detail, point_path) VALUES ('x', '2021-01', 1, 'p', '4-07-03-04', '3',
     'd', 1, '', '', '/demo/s')",
];

const ORDER_STANDS: &str =
    "SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM certificate_decision d WHERE d.approval_id = o.approval_id)
     THEN 'written' WHEN o.refusal = '' THEN 'stands' ELSE 'refused' END
     FROM certificate_order o WHERE o.application_id = $1";
const STANDS: &str =
    "SELECT CASE WHEN c.number IS NULL THEN 'ordered' WHEN c.status = 'valid' AND h.number IS NOT NULL THEN 'handed'
     WHEN c.status = 'valid' THEN 'valid' WHEN c.status = 'intended' AND h.number IS NULL THEN 'intended'
     WHEN c.status = 'revoked' AND h.number IS NULL THEN 'void' WHEN c.status = 'revoked' THEN 'handed, void'
     ELSE 'handed out unsigned' END FROM certificate_order o LEFT JOIN certificate c
     ON c.application_id = o.application_id LEFT JOIN certificate_handout h ON h.number = c.number
     WHERE o.application_id = $1";

async fn fresh(tx: &mut Tx) {
    write(tx, WORLD).await;
}

async fn order(tx: &mut Tx, rows: &Statements, act: &str) -> Seen {
    let (batch, decision) = (Text("2021-01"), Text("d"));
    let was_changed = match act {
        "stand" => rows.run(tx, "STAND", &[decision, batch, Number(1), Number(2)]).await,
        "stand, some missing" => rows.run(tx, "STAND", &[decision, batch, Number(2), Number(2)]).await,
        "wait for the issue" => rows.finds(tx, "WAITING", &[batch, Number(10)]).await,
        "refuse" => rows.run(tx, "REFUSE", &[Text("x"), Text("certificate-no-photo"), Text("")]).await,
        "try again" => rows.run(tx, "RETRY_REFUSED", &[batch, Number(10)]).await,
        other => unreachable!("{other}"),
    };
    Seen::changed(look(tx, ORDER_STANDS, "x").await.unwrap_or_default(), was_changed)
}

async fn certificate(tx: &mut Tx, rows: &Statements, act: &str) -> Seen {
    let (what, whose) = act.split_once(", ").unwrap_or((act, ""));
    let number =
        Text(if whose == "another number" { "S000099000001213000002" } else { "S000099000001213000001" });
    let point = Text(if whose == "another point" { "/demo/t" } else { "/demo/s" });
    let (batch, sealed, day) = (Text("2021-01"), Text("x"), Text("2021-06-10"));
    let was_changed = match what {
        "intend" => {
            let whom = [number, Text("x"), batch, Text("p"), Text("4-07-03-04"), Text("3")];
            let said = [Text("/demo"), Text("x"), day, sealed, sealed, sealed, Number(3)];
            rows.run(tx, "INSERT_INTENT", &[&whom[..], &said[..]].concat()).await
        }
        "sign" => rows.run(tx, "FINISH", &[number, sealed, sealed, sealed, sealed, Number(4)]).await,
        "declare void" => rows.run(tx, "REVOKE", &[number, Number(5), Text("x")]).await,
        "hand out" => {
            let to = [number, batch, point, day, Text("holder"), Text(""), Text("a"), Number(6)];
            rows.run(tx, "HAND_OUT", &to).await
        }
        "take back" => rows.run(tx, "TAKE_BACK", &[number, batch, point]).await,
        other => unreachable!("{other}"),
    };
    Seen::changed(look(tx, STANDS, "x").await.unwrap_or_default(), was_changed)
}

#[tokio::test]
async fn an_order_goes_where_its_table_says_and_nowhere_else() {
    let model = Model::by_act(ORDER);
    let rows = Statements::about("_order", &certificate::all_queries());
    let careless = rows.clone().without("WAITING", " AND o.refusal = ''");
    for (engine, db) in testkit::engines().await {
        let take = async |tx: &mut Tx, act: &'static str, _: &mut Dice| order(tx, &rows, act).await;
        let promise = model.try_rows((engine, &db), module_path!(), fresh, &take).await;
        let take = async |tx: &mut Tx, act: &'static str, _: &mut Dice| order(tx, &careless, act).await;
        let found = model.walk_rows(&db, fresh, &take).await.caught();
        promise.control("what was refused is issued", found).kept();
    }
}

#[tokio::test]
async fn a_certificate_goes_where_its_table_says_and_nowhere_else() {
    let model = Model::by_act(CERTIFICATE);
    let rows = Statements::about("certificate", &certificate::all_queries());
    let careless = rows.clone().without("HAND_OUT", " AND c.status = 'valid'");
    for (engine, db) in testkit::engines().await {
        let take = async |tx: &mut Tx, act: &'static str, _: &mut Dice| certificate(tx, &rows, act).await;
        let promise = model.try_rows((engine, &db), module_path!(), fresh, &take).await;
        let take = async |tx: &mut Tx, act: &'static str, _: &mut Dice| certificate(tx, &careless, act).await;
        let found = model.walk_rows(&db, fresh, &take).await.caught();
        promise.control("a certificate that is not signed is handed out", found).kept();
    }
    testkit::proves!(
        "TR21",
        "a certificate is numbered once, signed once, handed out once and declared void for good, as a table says"
    );
}
