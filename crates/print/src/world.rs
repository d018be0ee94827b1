//! What a template may see: the house style, its data and its pictures. No disk, no network, no clock.

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, World};

/// Shared colours, type and small parts of all documents; a template brings it in with `#import "kaogong.typ": *`.
const HOUSE_STYLE: &str = include_str!("kaogong.typ");

/// The world of one document.
pub(crate) struct DocumentWorld<'a> {
    pub library: &'a LazyHash<Library>,
    pub book: &'a LazyHash<FontBook>,
    pub fonts: &'a [Font],
    pub template: Source,
    /// `data.json` and the pictures, by name.
    pub files: Vec<(&'a str, Bytes)>,
}

/// The identifier of a file in the root folder.
pub(crate) fn file_id(name: &str) -> FileResult<FileId> {
    let path = VirtualPath::new(name).map_err(|_| FileError::NotFound(name.into()))?;
    Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

impl World for DocumentWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            return Ok(self.template.clone());
        }
        match id.get().vpath().get_without_slash() {
            "kaogong.typ" => Ok(Source::new(id, HOUSE_STYLE.to_owned())),
            other => Err(FileError::NotFound(other.into())),
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let wanted = id.get().vpath().get_without_slash();
        let found = self.files.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, bytes)| bytes.clone()).ok_or_else(|| FileError::NotFound(wanted.into()))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    /// Always nothing: a document's date is in its data, so that the same input gives the same bytes.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
