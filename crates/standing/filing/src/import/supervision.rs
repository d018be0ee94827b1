//! Which authority looks after which body, from a file.
use kernel::OrgPath;
use organisation::{Organisation, Supervision, add_supervision, supervisions};
use scheme::{
    SeedError, SeedRow,
    import::{Changes, ImportFile, ImportRefused, check_table, mistake_of},
};
use store::Tx;

use super::{column, wrong};

/// Takes supervision in. The caller commits.
///
/// # Errors
/// Every mistake of the file; storage.
pub async fn import_supervision(tx: &mut Tx, file: ImportFile<'_>) -> Result<Changes, ImportRefused> {
    let mut mistakes = Vec::new();
    let lines = check_table(file, column::SUPERVISION, &mut mistakes);
    let mut read = Vec::new();
    for line in lines.iter().filter(|_| mistakes.is_empty()).collect::<Vec<_>>() {
        match paths(line) {
            Ok(paths) => read.push((line, paths)),
            Err(error) => mistakes.push(mistake_of(file.name, line.line(), error)),
        }
    }
    let named: Vec<&OrgPath> = read.iter().flat_map(|(_, paths)| paths).collect();
    let there = organisation::by_paths(tx, &named).await?;
    let mut known = supervisions(tx).await?;
    let mut changes = Changes::default();
    let mut fresh = Vec::new();
    for (line, [body, authority]) in &read {
        let place = |field| (file.name, line.line(), field);
        let find = |path: &OrgPath| there.iter().find(|row| row.path == *path);
        let (Some(body_row), Some(authority_row)) = (find(body), find(authority)) else {
            let (field, path) =
                if find(body).is_none() { ("organisation", body) } else { ("authority", authority) };
            let cure = "correct the path, or take in the organisation first";
            mistakes.push(wrong(place(field), path.to_string(), "an organisation of the register", cure));
            continue;
        };
        let row = match supervision(line, body_row, authority_row) {
            Ok(row) => row,
            Err(error) => {
                mistakes.push(mistake_of(file.name, line.line(), error));
                continue;
            }
        };
        if known.contains(&row) {
            changes.unchanged += 1;
            continue;
        }
        let is_same = |other: &Supervision| {
            (&other.organisation_id, &other.authority_id, other.valid_from)
                == (&row.organisation_id, &row.authority_id, row.valid_from)
        };
        if body == authority {
            let cure = "name the authority that looks after the body";
            mistakes.push(wrong(place("authority"), authority.to_string(), "another body", cure));
        } else if let Some(to) = row.valid_to.filter(|to| *to <= row.valid_from) {
            let cure = "correct one of the two days";
            mistakes.push(wrong(place("valid_to"), to.to_string(), "a day after valid_from", cure));
        } else if known.iter().any(is_same) {
            let cure = "what is there is not changed: correct or remove the row";
            let expected = "what the register says of the two from this day on";
            mistakes.push(wrong(place("valid_from"), row.valid_from.to_string(), expected, cure));
        }
        known.push(row.clone());
        fresh.push((format!("{body} {authority}"), row));
    }
    if !mistakes.is_empty() {
        return Err(ImportRefused::Mistakes(mistakes));
    }
    for (name, row) in fresh {
        add_supervision(tx, &row).await?;
        changes.added.push((file.name.to_owned(), name));
    }
    Ok(changes)
}

fn paths(line: &SeedRow) -> Result<[OrgPath; 2], SeedError> {
    Ok([line.read("organisation", OrgPath::parse)?, line.read("authority", OrgPath::parse)?])
}

fn supervision(
    line: &SeedRow,
    body: &Organisation,
    authority: &Organisation,
) -> Result<Supervision, SeedError> {
    Ok(Supervision {
        organisation_id: body.id.clone(),
        authority_id: authority.id.clone(),
        valid_from: line.read("valid_from", str::parse)?,
        valid_to: line.read_optional("valid_to", str::parse)?,
        source: line.text("source")?,
    })
}
