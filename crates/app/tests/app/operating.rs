//! What an operator does: make, back up, restore, verify. TR13: what was backed up is all there again.
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use store::Db;
use testkit::{Promise, Server};

use crate::access::{rows, worlds};

/// A house after a whole batch, restored where there is nothing: rows, files and log.
#[tokio::test(flavor = "multi_thread")]
async fn a_whole_batch_comes_back_in_an_empty_place() {
    for world in worlds().await {
        let kept = world.end().again().await;
        let binary = env!("CARGO_BIN_EXE_kaogong");
        let mut house = Server::over(binary, kept.engine, kept.data.clone(), kept.database.clone());
        let place = Place::beside(&house).await;
        tokio::task::block_in_place(|| {
            let (done, said) = house.command(&["backup", "--to", &place.to, "--keys-to", &place.keys_to]);
            assert!(done, "{}: {said}", world.engine);
            let (done, said) = place.restore(&house);
            assert!(done, "{}: {said}", world.engine);
        });
        let mut again = Server::over(binary, kept.engine, place.restored.clone(), place.database.clone());
        let (is_whole, said) = again.command(&["verify", "log"]);
        assert!(is_whole, "{}: {said}", world.engine);
        let (db, other) = (kept.open().await, Db::open(&place.database).await.unwrap());
        let tables = rows::tables(&db).await;
        let (before, after) = (rows::prints(&db, &tables).await, rows::prints(&other, &tables).await);
        assert_eq!(rows::changed(&before, &after), Vec::<String>::new(), "{}", world.engine);
        let [files, restored] = [&kept.data, &place.restored]
            .map(|data| files(&data.join("files")).into_iter().collect::<Vec<_>>());
        assert_eq!(files, restored, "{}", world.engine);
        // It serves, and goes on: from here on the two are not the same.
        tokio::task::block_in_place(|| {
            std::fs::write(again.clock_file(), "2021-06-03 15:00").unwrap();
            again.start_again(&[]);
            assert_eq!(again.staff("province1").get("/workbench").status, 200);
            again.stop();
            house.stop();
        });
        let later = rows::changed(&before, &rows::prints(&other, &tables).await);
        db.close().await;
        other.close().await;
        Promise::of("TR13", world.engine, module_path!())
            .count("tables", tables.len())
            .count("files", files.len())
            .count("tables and files that differ", 0)
            .control("compared after somebody signed in", later.len())
            .kept();
    }
    testkit::proves!(
        "TR13",
        "a house after a whole batch is restored row by row and file by file, and serves"
    );
}

/// Where a backup goes, and where it is restored.
struct Place {
    to: String,
    keys_to: String,
    restored: PathBuf,
    database: String,
}

impl Place {
    async fn beside(server: &Server) -> Self {
        let beside = |what: &str| server.data().with_extension(what);
        let restored = beside("restored");
        Self {
            to: beside("backup").display().to_string(),
            keys_to: beside("backup-keys").display().to_string(),
            database: testkit::empty_database(server.engine, &restored).await,
            restored,
        }
    }

    fn restore(&self, server: &Server) -> (bool, String) {
        let at = self.restored.display().to_string();
        let (from, keys) = (["--from", &self.to], ["--keys-from", &self.keys_to]);
        let target = ["--data", &at, "--database", &self.database];
        server.bare_command(&[&["restore"][..], &from, &keys, &target].concat())
    }
}

/// Every file below a folder by its path and its bytes.
fn files(folder: &Path) -> BTreeSet<(PathBuf, Vec<u8>)> {
    let mut found = BTreeSet::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.insert((
                    path.strip_prefix(folder).unwrap().to_path_buf(),
                    std::fs::read(&path).unwrap(),
                ));
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_restores_into_an_empty_folder_and_the_log_verifies() {
    for mut server in Server::each(env!("CARGO_BIN_EXE_kaogong"), "2021-03-16 09:00").await {
        tokio::task::block_in_place(|| drill(&mut server));
    }
}

fn drill(server: &mut Server) {
    drop(server.staff("province1"));
    let place = tokio::runtime::Handle::current().block_on(Place::beside(server));
    let Place { to, keys_to, restored, database } = &place;
    let (done, said) = server.command(&["backup", "--to", to, "--keys-to", keys_to]);
    assert!(done, "{}: {said}", server.engine);
    let secret = std::fs::read_to_string(Path::new(keys_to).join("person.key")).unwrap();
    let secret = secret.lines().nth(1).unwrap();
    assert!(!contains(Path::new(to), secret.as_bytes()), "no secret key is in the backup itself");

    // A backup with one changed byte is refused before anything is put anywhere.
    let tile = Path::new(to).join("log.pub");
    let whole = std::fs::read(&tile).unwrap();
    std::fs::write(&tile, [&whole[..], b"x"].concat()).unwrap();
    let (done, said) = place.restore(server);
    assert!(!done && said.contains("log.pub changed"), "{}: {said}", server.engine);
    assert!(!restored.exists());
    std::fs::write(&tile, whole).unwrap();

    let (done, said) = place.restore(server);
    assert!(done, "{}: {said}", server.engine);
    let at = restored.display().to_string();
    let (done, said) = server.bare_command(&["verify", "log", "--data", &at, "--database", database]);
    assert!(done && said.contains("the log is whole"), "{}: {said}", server.engine);
    let (done, _) = place.restore(server);
    assert!(!done, "a restore never overwrites");
}

fn contains(folder: &std::path::Path, needle: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).any(|path| {
        if path.is_dir() {
            return contains(&path, needle);
        }
        std::fs::read(path).unwrap().windows(needle.len()).any(|window| window == needle)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_makes_two_administrators_of_each_kind_and_no_third() {
    for server in Server::each(env!("CARGO_BIN_EXE_kaogong"), "2021-03-16 09:00").await {
        tokio::task::block_in_place(|| {
            let (done, said) =
                server.command(&["administrator", "third", "--name", "丙", "--organisation", "/demo"]);
            assert!(!done && said.contains("two of them already"), "{}: {said}", server.engine);
            let data = server.data().with_extension("founding");
            let at = data.display().to_string();
            let database =
                tokio::runtime::Handle::current().block_on(testkit::empty_database(server.engine, &data));
            let place = ["--data", &at, "--database", &database];
            let (done, said) = server.bare_command(&[&["init"][..], &place[..]].concat());
            assert!(done, "{}: {said}", server.engine);
            let found = |login: &str, organisation: &str| {
                let made = ["administrator", login, "--name", "甲", "--organisation", organisation];
                server.bare_command(&[&made[..], &place[..]].concat())
            };
            let (done, said) = found("first", "/nowhere");
            assert!(
                !done && said.contains("there is no organisation at /nowhere"),
                "{}: {said}",
                server.engine
            );
            let (done, said) = found("First One", "/demo");
            assert!(!done && said.contains("small letters"), "{}: {said}", server.engine);
            let security = |login: &str| {
                let made = ["administrator", login, "--security", "--name", "甲", "--organisation", "/demo"];
                server.bare_command(&[&made[..], &place[..]].concat())
            };
            for (login, makes) in [("first", true), ("first", false), ("second", true), ("third", false)] {
                for (login, (done, said)) in [
                    (login.to_owned(), found(login, "/demo")),
                    (format!("security-{login}"), security(&format!("security-{login}"))),
                ] {
                    assert_eq!(done, makes, "{login} on {}: {said}", server.engine);
                    assert_eq!(said.contains("/activations/"), makes, "{login} on {}: {said}", server.engine);
                }
            }
        });
    }
}
