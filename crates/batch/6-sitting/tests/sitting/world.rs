//! The rows of the stages before: one batch, a computer room and a paper room, one locked form.
use ::store::{Tx, on};
use kernel::{IdNumber, PersonName, Phone};
use person::{Detail, NewPerson};

use crate::fixture::{CLOSE, Hall, START};

/// What no candidate may ever be sent; it stands in every key and explanation.
pub const CANARY: &str = "CANARY-0KEY";

/// Everything that is the same for every test. `$1` is the start, `$2` the close.
const WORLD: &[&str] = &[
    "INSERT INTO account (id, kind, login, display_name, password_hash, failed_tries, next_try_at, created_at,
        disabled_at) VALUES ('writer', 'staff', 'writer', '王', NULL, 0, 0, 0, NULL),
        ('invigilator', 'staff', 'invigilator', '李', NULL, 0, 0, 0, NULL),
        ('officer', 'staff', 'officer', '钱', NULL, 0, 0, 0, NULL),
        ('stranger', 'staff', 'stranger', '赵', NULL, 0, 0, 0, NULL)",
    "INSERT INTO duty_grant (id, account_id, role, org_path, batch_code, valid_from, valid_until, granted_by, reason)
        VALUES ('g1', 'invigilator', 'invigilator', '/demo/nancheng', NULL, 0, NULL, 'x', 'x'),
        ('g3', 'officer', 'exam-officer', '/demo/nancheng', NULL, 0, NULL, 'x', 'x'),
        ('g2', 'stranger', 'invigilator', '/demo/xicheng', NULL, 0, NULL, 'x', 'x')",
    "INSERT INTO batch (code, title_zh, title_en, org_path, reference_date, exam_date, status, version, created_at,
        published_at) VALUES ('2021-01', '批次', 'Batch', '/demo', '2021-04-30', '2021-05-22', 'published', 1, 0, 1)",
    "INSERT INTO standard (id, occupation_code, version, name_zh, name_en, levels, valid_from, valid_to, source,
        confidence) VALUES ('std', '4-07-03-04', '1', '标准', 'Standard', '3', '2000-01-01', NULL, 'test', 'A')",
    "INSERT INTO batch_level (batch_code, occupation_code, level_code, standard_id, occupation_zh, occupation_en,
        level_zh, level_en, fee) VALUES ('2021-01', '4-07-03-04', '3', 'std', '企业人力资源管理师', 'HR manager',
        '三级/高级工', 'Level 3', 38000)",
    "INSERT INTO site (id, org_path, code, name_zh, name_en, address)
        VALUES ('site', '/demo/nancheng/site', '01', '考点', 'Site', '路 1 号')",
    "INSERT INTO room (id, site_id, code, name_zh, name_en, kind, row_count, column_count, blocked)
        VALUES ('pc', 'site', 'A1', '机房', 'Computer room', 'computer', 9, 9, ''),
        ('desks', 'site', 'A2', '教室', 'Classroom', 'paper', 9, 9, '')",
    "INSERT INTO seat_plan (batch_code, status, version, draws, seed, population, chance, digest, drawn_at, confirmed_at)
        VALUES ('2021-01', 'confirmed', 2, 1, 'x', 'x', 'x', 'x', 0, 1)",
    "INSERT INTO item_bank (id, org_path, occupation_code, level_code) VALUES ('bank', '/demo', '4-07-03-04', '3')",
    "INSERT INTO item_import (digest, bank_id, kind, file_digest, file_name, staged_by, staged_at, confirmed_by,
        confirmed_at) VALUES ('import', 'bank', 'items', 'x', 'x', 'writer', 0, NULL, NULL)",
    "INSERT INTO blueprint (id, bank_id, version, import_digest, created_by, created_at)
        VALUES ('blueprint', 'bank', 1, 'import', 'writer', 0)",
    "INSERT INTO item (id, bank_id, number, version) VALUES ('i1', 'bank', 1, 1), ('i2', 'bank', 2, 1), ('i3', 'bank', 3, 1)",
    "INSERT INTO item_version (item_id, version, import_digest, kind, point_code, cognition, difficulty_centi, stem,
        options, answer_key, explanation, status, created_by, created_at, reviewed_by, reviewed_at, review_reason)
        VALUES ('i1', 1, 'import', 'single', 'A', 'x', 77, '第一题', '[\"甲\",\"乙\"]', 'CANARY-0KEY', 'CANARY-0KEY',
            'accepted', 'writer', 0, NULL, NULL, ''),
        ('i2', 1, 'import', 'multiple', 'A', 'x', 77, '第二题', '[\"甲\",\"乙\",\"丙\"]', 'CANARY-0KEY', 'CANARY-0KEY',
            'accepted', 'writer', 0, NULL, NULL, ''),
        ('i3', 1, 'import', 'judgement', 'A', 'x', 77, '第三题', '[]', 'CANARY-0KEY', 'CANARY-0KEY',
            'accepted', 'writer', 0, NULL, NULL, '')",
    "INSERT INTO form (id, batch_code, occupation_code, level_code, letter, blueprint_id, seed, minutes, digest, status,
        assembled_by, assembled_at, locked_at)
        VALUES ('form-a', '2021-01', '4-07-03-04', '3', 'A', 'blueprint', 'x', 90, 'x', 'locked', 'writer', 0, 1)",
    "INSERT INTO form_item (form_id, no, item_id, item_version, point_code, kind, difficulty_centi, stem, options,
        answer_key, points_centi)
        VALUES ('form-a', 1, 'i1', 1, 'A', 'single', 77, '第一题', '[\"甲\",\"乙\"]', 'CANARY-0KEY', 185),
        ('form-a', 2, 'i2', 1, 'A', 'multiple', 77, '第二题', '[\"甲\",\"乙\",\"丙\"]', 'CANARY-0KEY', 200),
        ('form-a', 3, 'i3', 1, 'A', 'judgement', 77, '第三题', '[]', 'CANARY-0KEY', 100)",
];
const SITTINGS: &str = "INSERT INTO sitting (id, batch_code, component_kind, delivery, starts_at, ends_at, minutes,
    name_zh, name_en) VALUES ('sitting-1', '2021-01', 'theory', 'computer', $1, $2, 90, '理论机考', 'Theory on computers'),
    ('sitting-2', '2021-01', 'theory', 'paper', $1, $2, 90, '理论笔试', 'Theory on paper')";
const ROOMS: &str = "INSERT INTO room_use (id, sitting_id, room_id, site_id, site_path, ordinal, room_code, room_name,
    room_name_en, row_count, column_count, blocked, places)
    VALUES ('room-1', 'sitting-1', 'pc', 'site', '/demo/nancheng/site', 1, 'A1', '机房', 'Computer room', 9, 9, '', 81),
    ('room-2', 'sitting-2', 'desks', 'site', '/demo/nancheng/site', 2, 'A2', '教室', 'Classroom', 9, 9, '', 81)";
const APPLICATION: &str = "INSERT INTO application (id, batch_code, serial, person_id, occupation_code, level_code,
    clause_number, clause_text, point_path, exam_kind, prior_level, prior_certificate_sealed, prior_issued_on,
    work_started_on, work_years_stated, education, major, diploma_sealed, source, particulars_sealed, status, origin,
    submitted_at, version) VALUES ($1, '2021-01', $2, $3, '4-07-03-04', '3', '(2)', 'x', '/demo/nancheng', 'first',
    NULL, '', NULL, NULL, NULL, '', '', '', '', '', 'submitted', 'roster', 0, 1)";
const SEAT: &str =
    "INSERT INTO seat (id, sitting_id, room_use_id, number, turn, application_id, occupation_code,
    level_code, form_letter) VALUES ($1, $2, $3, $4, 1, $5, '4-07-03-04', '3', $6)";
const NUMBER: &str =
    "INSERT INTO admission_number (application_id, batch_code, number) VALUES ($1, '2021-01', $2)";

/// Writes what every test starts from.
pub async fn write(tx: &mut Tx) {
    for statement in WORLD {
        on!(&mut *tx, |conn| sqlx::query(*statement).execute(conn).await.map(|_| ())).unwrap();
    }
    on!(&mut *tx, |conn| sqlx::query(SITTINGS).bind(START).bind(CLOSE).execute(conn).await.map(|_| ()))
        .unwrap();
    on!(&mut *tx, |conn| sqlx::query(ROOMS).execute(conn).await.map(|_| ())).unwrap();
}

/// Candidate `n` with an application, an admission number, and seat `n + 1` in both rooms.
pub async fn candidate(hall: &Hall, tx: &mut Tx, n: usize) {
    let number = i64::try_from(n).unwrap() + 1;
    let application = format!("application-{n}");
    let new = NewPerson {
        id: format!("person-{n}").as_str().into(),
        name: PersonName::parse("王慧敏").unwrap(),
        document: IdNumber::parse(&document(n)).unwrap().into(),
        phone: Phone::parse(&phone(n)).unwrap(),
        detail: Detail::default(),
    };
    person::insert(tx, &hall.env.vault, &*hall.env.entropy, &new, START).await.unwrap();
    on!(&mut *tx, |conn| sqlx::query(APPLICATION)
        .bind(&application)
        .bind(number)
        .bind(&new.id)
        .execute(conn)
        .await
        .map(|_| ()))
    .unwrap();
    for (seat, sitting, room, letter) in
        [(format!("seat-{n}"), "sitting-1", "room-1", "A"), (format!("desk-{n}"), "sitting-2", "room-2", "")]
    {
        on!(&mut *tx, |conn| sqlx::query(SEAT)
            .bind(&seat)
            .bind(sitting)
            .bind(room)
            .bind(number)
            .bind(&application)
            .bind(letter)
            .execute(conn)
            .await
            .map(|_| ()))
        .unwrap();
    }
    on!(&mut *tx, |conn| sqlx::query(NUMBER)
        .bind(&application)
        .bind(admission_number(n))
        .execute(conn)
        .await
        .map(|_| ()))
    .unwrap();
}

pub fn admission_number(n: usize) -> String {
    format!("20210100{n:04}")
}

pub fn phone(n: usize) -> String {
    format!("1990000{n:04}")
}

/// A valid number of the never-issued area 99. Source: GB 11643-1999, the check digit.
fn document(n: usize) -> String {
    const WEIGHTS: [usize; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let body = format!("99000019{:02}0101{:03}", 70 + n / 1000, n % 1000);
    let sum: usize = body
        .chars()
        .zip(WEIGHTS)
        .map(|(digit, weight)| usize::try_from(digit.to_digit(10).unwrap()).unwrap() * weight)
        .sum();
    let check = char::from(b"10X98765432"[sum % 11]);
    format!("{body}{check}")
}
