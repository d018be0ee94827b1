//! Why a workbook of scores cannot be read, in words.
use decode::Unread;
use registration::FileRefused;
use web::PageError;

/// What the page says; where scores differ from a roster, in the words of scores.
pub(super) fn unreadable(unread: Unread<FileRefused>) -> PageError {
    let refused = match unread {
        Unread::Refused(refused) => refused,
        Unread::NoReader(cause) => return PageError::Internal(cause),
    };
    match refused {
        FileRefused::NotTable => PageError::refused("score-import-not-xlsx"),
        FileRefused::Empty => PageError::refused("score-import-no-heading"),
        FileRefused::TooLarge(_) | FileRefused::Unpacks => PageError::refused("score-import-too-large"),
        other @ (FileRefused::OldWorkbook
        | FileRefused::Encrypted
        | FileRefused::AllHidden
        | FileRefused::ManySheets(_)
        | FileRefused::Merged(_)
        | FileRefused::Epoch1904
        | FileRefused::Encoding
        | FileRefused::TooManyRows(_)
        | FileRefused::TooWide) => PageError::from(other),
    }
}
