//! Brings the two weights of the document font from the npm package to `OUT_DIR`, where `src/font.rs` embeds them.

use std::path::Path;

include!("../../clients/npm_ci.rs");

/// (file in the npm package, name in `OUT_DIR`)
const FONTS: [(&str, &str); 2] = [
    ("400Regular/NotoSerifSC_400Regular.ttf", "serif_regular.ttf"),
    ("700Bold/NotoSerifSC_700Bold.ttf", "serif_bold.ttf"),
];

fn main() -> Result<(), String> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../../clients/npm_ci.rs");
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../clients");
    npm_ci(&clients)?;
    let package = clients.join("node_modules/@expo-google-fonts/noto-serif-sc");
    let out = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR for build scripts")?;
    for (file, name) in FONTS {
        let from = package.join(file);
        std::fs::copy(&from, Path::new(&out).join(name)).map_err(|e| {
            format!("the font {} is missing ({e}): run `npm ci` in {}", from.display(), clients.display())
        })?;
    }
    Ok(())
}
