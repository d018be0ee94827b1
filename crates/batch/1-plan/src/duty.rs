//! The duties a handler's signature may name inside a batch.
use identity::{Action, Duty};

macro_rules! duties {
    ($($(#[$doc:meta])* $name:ident = $action:ident;)*) => {
        $($(#[$doc])* #[derive(Debug, Clone, Copy)] pub struct $name;
        impl Duty for $name { const ACTION: Action = Action::$action; })*
    };
}

duties! {
    /// See the pages of a batch.
    ReadBatch = ReadBatch;
    /// See who applied.
    ReadApplications = ReadApplications;
    /// Draft, propose and decide a plan.
    PlanDuty = Plan;
    /// Import a roster, enter an application for somebody.
    Register = Register;
    /// Correct the name or the document number of somebody who applied.
    CorrectPerson = CorrectPerson;
    /// Review applications.
    Review = Review;
    /// Record payments.
    RecordPayment = RecordPayment;
    /// Freeze the list of admitted candidates.
    Freeze = Freeze;
    /// Make and confirm a seat plan, print tickets.
    Arrange = Arrange;
    /// Assemble, lock and print forms.
    KeepPapers = KeepPapers;
    /// Check in, attendance.
    Invigilate = Invigilate;
    /// See the rooms of a sitting, write into their record, give extra time.
    WatchRooms = WatchRooms;
    /// Score the practical part.
    ScorePractical = ScorePractical;
    /// Score the panel part.
    ScorePanel = ScorePanel;
    /// Enter scores of paper rooms.
    EnterScores = EnterScores;
    /// Combine and publish results.
    PublishResults = PublishResults;
    /// Issue and revoke certificates.
    IssueCertificates = IssueCertificates;
    /// Record who collected a certificate.
    HandOut = HandOut;
}
