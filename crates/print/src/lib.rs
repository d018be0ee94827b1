//! Documents as PDF: typesetting, QR codes and the signed trailer; and tables as workbooks ([`TextSheet`]). It knows PDF and knows no stage, database or HTTP.
//!
//! A stage owns its template (a `.typ` file, taken in with `include_str!`) and gives the content as JSON. The content
//! reaches the template as *data*, never as markup: a name such as `*a* #b` is printed exactly so. A character the
//! fonts do not have, a layout warning or a broken picture refuses the document: what is printed is always complete.
//!
//! The same input gives the same bytes: no clock, no randomness, no file outside this program. The date of a document
//! is part of its data.

mod font;
mod picture;
mod printer;
mod qr;
mod sheet;
pub mod signed;
mod world;

pub use printer::{PrintRefused, Template};
pub use qr::{TooLongForQr, check_qr, qr_png, qr_svg};
pub use sheet::{Line, SheetRefused, TextSheet, XLSX, is_like_formula};
