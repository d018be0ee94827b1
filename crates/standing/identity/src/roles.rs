//! Which role may do what: one table to read, to audit and to mutate in tests.

/// A duty that can be granted. The code is stored and shown in the permission matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// 系统管理员: accounts, nothing else.
    Administrator,
    /// 安全管理员: who holds which duty, nothing else.
    SecurityAdministrator,
    /// 省中心/协会: plan, publication, issue.
    Province,
    /// 资格审核: reviews applications.
    Reviewer,
    /// 报名点: imports rosters, records payments.
    Registrar,
    /// 考务: arranges rooms and seats at a site.
    ExamOfficer,
    /// 命题: writes and imports items.
    ItemWriter,
    /// 审题: reviews items.
    ItemReviewer,
    /// 试卷保管: assembles, locks and prints forms, never alone.
    Custodian,
    /// 监考: checks in, watches a room.
    Invigilator,
    /// 考评员: scores the practical part.
    Examiner,
    /// 综合评审委员: scores the panel part.
    PanelMember,
    /// 登分: enters scores of paper rooms.
    ScoreClerk,
    /// 审计/监管: reads the trail.
    Auditor,
    /// 机构管理员: asks for filings on behalf of a body.
    Manager,
    /// 备案经办: handles what bodies ask an authority for.
    FilingOfficer,
    /// 评估专家: looks at bodies and gives points.
    Assessor,
}

impl Role {
    /// All roles, for tables and tests.
    pub const ALL: [Self; 17] = [
        Self::Administrator,
        Self::SecurityAdministrator,
        Self::Province,
        Self::Reviewer,
        Self::Registrar,
        Self::ExamOfficer,
        Self::ItemWriter,
        Self::ItemReviewer,
        Self::Custodian,
        Self::Invigilator,
        Self::Examiner,
        Self::PanelMember,
        Self::ScoreClerk,
        Self::Auditor,
        Self::Manager,
        Self::FilingOfficer,
        Self::Assessor,
    ];

    /// Stored code; also the tail of its key in `locales/` (`role-…`).
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::SecurityAdministrator => "security-administrator",
            Self::Province => "province",
            Self::Reviewer => "reviewer",
            Self::Registrar => "registrar",
            Self::ExamOfficer => "exam-officer",
            Self::ItemWriter => "item-writer",
            Self::ItemReviewer => "item-reviewer",
            Self::Custodian => "custodian",
            Self::Invigilator => "invigilator",
            Self::Examiner => "examiner",
            Self::PanelMember => "panel-member",
            Self::ScoreClerk => "score-clerk",
            Self::Auditor => "auditor",
            Self::Manager => "manager",
            Self::FilingOfficer => "filing-officer",
            Self::Assessor => "assessor",
        }
    }

    /// The role of a stored code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Whether this role carries `action`.
    #[must_use]
    pub fn carries(self, action: Action) -> bool {
        action.roles().contains(&self)
    }
}

/// Something a person may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Make, reset and close accounts.
    ManageAccounts,
    /// See accounts and what they hold.
    ReadAccounts,
    /// Propose, decide and take back duties; nobody alone, nobody for themselves.
    GiveDuties,
    /// See the pages of a batch.
    ReadBatch,
    /// See who applied, with what and with which face. Whoever scores does not.
    ReadApplications,
    /// Draft a plan and propose or decide its publication.
    Plan,
    /// Import a roster, upload photos, enter an application for somebody.
    Register,
    /// Correct the name or the document number of somebody who applied.
    CorrectPerson,
    /// Review applications.
    Review,
    /// Record payments.
    RecordPayment,
    /// Freeze the list of admitted candidates.
    Freeze,
    /// Make and confirm a seat plan, print tickets.
    Arrange,
    /// Import items and blueprints.
    WriteItems,
    /// Accept or refuse items.
    ReviewItems,
    /// See the item bank.
    ReadItems,
    /// Assemble, lock and print forms.
    KeepPapers,
    /// Check in, attendance, absentees.
    Invigilate,
    /// See the rooms of a sitting with who sits there, write into their record, give extra time.
    WatchRooms,
    /// Score the practical part.
    ScorePractical,
    /// Score the panel part.
    ScorePanel,
    /// Enter scores of paper rooms; run objective scoring.
    EnterScores,
    /// Combine and publish results.
    PublishResults,
    /// Issue and revoke certificates.
    IssueCertificates,
    /// Record who collected a certificate at a registration point.
    HandOut,
    /// Read the trail.
    ReadTrail,
    /// Read the registers: organisations, standards, sites.
    ReadRegisters,
    /// See and stop the long work one has begun oneself.
    OwnWork,
    /// Open cases for one's own body and hand in what they need.
    ApplyForFilings,
    /// Handle the cases put before one's authority; no decision alone.
    HandleFilings,
    /// Assess bodies, where one was appointed.
    AssessFilings,
    /// See cases from one of their sides.
    ReadFilingCases,
}

impl Action {
    /// Whether what it is done to belongs to no batch.
    #[must_use]
    pub fn is_of_no_batch(self) -> bool {
        match self {
            Self::ManageAccounts
            | Self::ReadAccounts
            | Self::GiveDuties
            | Self::WriteItems
            | Self::ReviewItems
            | Self::ReadItems
            | Self::ApplyForFilings
            | Self::HandleFilings
            | Self::AssessFilings
            | Self::ReadFilingCases => true,
            Self::ReadBatch
            | Self::ReadApplications
            | Self::Plan
            | Self::Register
            | Self::CorrectPerson
            | Self::Review
            | Self::RecordPayment
            | Self::Freeze
            | Self::Arrange
            | Self::KeepPapers
            | Self::Invigilate
            | Self::WatchRooms
            | Self::ScorePractical
            | Self::ScorePanel
            | Self::EnterScores
            | Self::PublishResults
            | Self::IssueCertificates
            | Self::HandOut
            | Self::ReadTrail
            | Self::ReadRegisters
            | Self::OwnWork => false,
        }
    }

    /// Who carries it. Everybody who works in a batch may read its pages within their territory.
    #[must_use]
    pub fn roles(self) -> &'static [Role] {
        use Role::{
            Administrator, Assessor, Auditor, Custodian, ExamOfficer, Examiner, FilingOfficer, Invigilator,
            ItemReviewer, ItemWriter, Manager, PanelMember, Province, Registrar, Reviewer, ScoreClerk,
            SecurityAdministrator,
        };
        match self {
            Self::ManageAccounts => &[Administrator],
            Self::ReadAccounts => &[Administrator, SecurityAdministrator, Province],
            Self::GiveDuties => &[SecurityAdministrator, Province],
            Self::ReadBatch => &[
                Province,
                Reviewer,
                Registrar,
                ExamOfficer,
                Custodian,
                Invigilator,
                Examiner,
                PanelMember,
                ScoreClerk,
                Auditor,
            ],
            Self::ReadApplications => &[Province, Reviewer, Registrar, ExamOfficer, Auditor],
            Self::Plan | Self::Freeze | Self::PublishResults | Self::IssueCertificates => &[Province],
            Self::Register | Self::HandOut => &[Registrar, Province],
            Self::CorrectPerson => &[Registrar, Reviewer, Province],
            Self::Review => &[Reviewer, Province],
            Self::RecordPayment => &[Registrar],
            Self::Arrange => &[ExamOfficer],
            Self::WriteItems => &[ItemWriter],
            Self::ReviewItems => &[ItemReviewer],
            Self::ReadItems => &[ItemWriter, ItemReviewer, Custodian],
            Self::KeepPapers => &[Custodian],
            Self::Invigilate => &[Invigilator],
            Self::WatchRooms => &[Invigilator, ExamOfficer],
            Self::ScorePractical => &[Examiner],
            Self::ScorePanel => &[PanelMember],
            Self::EnterScores => &[ScoreClerk],
            Self::ReadTrail => &[Auditor, Province],
            Self::ReadRegisters | Self::OwnWork => &Role::ALL,
            Self::ApplyForFilings => &[Manager],
            Self::HandleFilings => &[FilingOfficer],
            Self::AssessFilings => &[Assessor],
            Self::ReadFilingCases => &[Manager, FilingOfficer, Assessor, Auditor],
        }
    }
}
