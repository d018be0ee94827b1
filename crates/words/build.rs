//! Lists `locales/*/*.ftl` so that the binary carries every sentence it may say.
use std::{env, fs, path::Path};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../locales").canonicalize()?;
    let mut list = String::from("&[\n");
    println!("cargo::rerun-if-changed={}", root.display());
    for language in ["zh-CN", "en"] {
        let folder = root.join(language);
        println!("cargo::rerun-if-changed={}", folder.display());
        let mut files: Vec<_> = fs::read_dir(&folder)?.filter_map(|e| Some(e.ok()?.path())).collect();
        files.sort();
        for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "ftl")) {
            list.push_str(&format!(
                "    ({language:?}, {:?}, include_str!({file:?})),\n",
                file.file_name().unwrap_or_default()
            ));
        }
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("words.rs"), list + "]\n")?;
    Ok(())
}
