//! The demo's people. Compiled only into the demo: their passwords are known to everybody.
use identity::{Grant, NewAccount, Note, Passwords, Role, grant, has_account, insert_account};
use kernel::OrgPath;

use crate::House;

/// A member of the demo's staff.
#[derive(Debug, Clone, Copy)]
pub struct DemoStaff {
    /// What is typed to sign in; the password is `demo-` and this.
    pub login: &'static str,
    /// Name shown.
    pub name: &'static str,
    /// Duty.
    pub role: Role,
    /// Where in the organisation tree.
    pub path: &'static str,
}

pub(super) const fn staff(
    login: &'static str,
    name: &'static str,
    role: Role,
    path: &'static str,
) -> DemoStaff {
    DemoStaff { login, name, role, path }
}

/// The demo's staff: enough people that nothing is ever done by one alone.
pub const DEMO_STAFF: &[DemoStaff] = &[
    staff("admin", "系统管理员甲", Role::Administrator, "/demo"),
    staff("admin2", "系统管理员乙", Role::Administrator, "/demo"),
    staff("security1", "安全管理员甲", Role::SecurityAdministrator, "/demo"),
    staff("security2", "安全管理员乙", Role::SecurityAdministrator, "/demo"),
    staff("province1", "省中心甲", Role::Province, "/demo"),
    staff("province2", "省中心乙", Role::Province, "/demo"),
    staff("reviewer1", "审核员甲", Role::Reviewer, "/demo"),
    staff("city1", "南城市审核甲", Role::Reviewer, "/demo/nancheng"),
    staff("registrar1", "报名点甲", Role::Registrar, "/demo"),
    staff("point1", "南城市报名点甲", Role::Registrar, "/demo/nancheng/point"),
    staff("officer1", "考务甲", Role::ExamOfficer, "/demo"),
    staff("writer1", "命题甲", Role::ItemWriter, "/demo"),
    staff("itemreviewer1", "审题甲", Role::ItemReviewer, "/demo"),
    staff("custodian1", "保管甲", Role::Custodian, "/demo"),
    staff("custodian2", "保管乙", Role::Custodian, "/demo"),
    staff("invigilator1", "监考甲", Role::Invigilator, "/demo"),
    staff("invigilator2", "监考乙", Role::Invigilator, "/demo"),
    staff("examiner1", "考评员甲", Role::Examiner, "/demo"),
    staff("examiner2", "考评员乙", Role::Examiner, "/demo"),
    staff("examiner3", "考评员丙", Role::Examiner, "/demo"),
    staff("panel1", "评审委员甲", Role::PanelMember, "/demo"),
    staff("panel2", "评审委员乙", Role::PanelMember, "/demo"),
    staff("panel3", "评审委员丙", Role::PanelMember, "/demo"),
    staff("panel4", "评审委员丁", Role::PanelMember, "/demo"),
    staff("panel5", "评审委员戊", Role::PanelMember, "/demo"),
    staff("clerk1", "登分员甲", Role::ScoreClerk, "/demo"),
    staff("clerk2", "登分员乙", Role::ScoreClerk, "/demo"),
    staff("auditor1", "审计甲", Role::Auditor, "/demo"),
    staff("manager1", "协会备案甲", Role::Manager, "/demo"),
    staff("manager2", "南城市备案甲", Role::Manager, "/demo/nancheng"),
    staff("filing1", "省厅备案甲", Role::FilingOfficer, "/authority"),
    staff("filing2", "省厅备案乙", Role::FilingOfficer, "/authority"),
    staff("assessor1", "评估专家甲", Role::Assessor, "/authority"),
    staff("assessor2", "评估专家乙", Role::Assessor, "/authority"),
    staff("assessor3", "评估专家丙", Role::Assessor, "/authority"),
];

/// Makes those of the demo's staff who have no account yet, with their well-known passwords; never called outside a demo build.
///
/// # Errors
/// Storage.
pub async fn demo_staff(house: &House) -> anyhow::Result<()> {
    make_staff(house, DEMO_STAFF).await
}

/// Makes those of `people` who have no account yet, in the same way.
///
/// # Errors
/// Storage.
pub async fn make_staff(house: &House, people: &[DemoStaff]) -> anyhow::Result<()> {
    let passwords = Passwords::default();
    for person in people {
        // Hashing is slow on purpose; who has an account already needs none.
        let mut tx = house.env.db.read().await?;
        if has_account(&mut tx, person.login).await? {
            continue;
        }
        drop(tx);
        let salt = house.env.secret::<8>();
        let salt: [u8; 16] = salt.as_bytes().try_into()?;
        let hash = passwords
            .hash(format!("demo-{}", person.login), salt)
            .await
            .map_err(|e| anyhow::anyhow!("{e}"))?;
        add_staff(house, person, &hash).await?;
    }
    Ok(())
}

async fn add_staff(house: &House, person: &DemoStaff, hash: &str) -> anyhow::Result<()> {
    let env = &house.env;
    let id = env.new_id();
    let new = NewAccount {
        id: &id,
        kind: "staff",
        login: person.login,
        display_name: person.name,
        password_hash: Some(hash),
    };
    let mut tx = env.db.write().await?;
    if !insert_account(&mut tx, &new, env.now()).await? {
        return Ok(());
    }
    Note::of("system", "", "account.create", "account", &id).record(&mut tx, env).await?;
    let given = Grant {
        id: env.new_id(),
        role: person.role,
        path: OrgPath::parse(person.path)?,
        batch: None,
        from: env.now().plus_days(-365),
        until: None,
    };
    grant(&mut tx, &id, &given, "system", "demo").await?;
    let payload = serde_json::json!({ "role": person.role.code(), "path": person.path });
    Note::of("system", "", "grant.give", "account", &id).payload(payload).record(&mut tx, env).await?;
    Ok(tx.commit().await?)
}
