//! Words that no certificate may carry unless the organisation is entitled to them.
use super::IssueRefused;

/// Source: 人社部函〔2022〕25号 as the Guangdong notice gives it
/// (https://wikiyumyum.com/hrss/zwgk/gsgg/content/post_3938950.html).
/// Longer words come before those they contain.
const FORBIDDEN: [&str; 9] = [
    "中华人民共和国",
    "中国",
    "中华",
    "国家",
    "全国",
    "职业资格",
    "岗位合格",
    "专业技术职务",
    "专项职业能力",
];

/// The forbidden words in a text. Blanks between the characters hide nothing.
#[must_use]
pub fn forbidden_words(text: &str) -> Vec<&'static str> {
    let dense: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    FORBIDDEN.into_iter().filter(|word| dense.contains(word)).collect()
}

/// Whether these texts may stand on a certificate. `entitled` are the words that the filed name of
/// the organisation holds by its registration.
///
/// # Errors
/// [`IssueRefused::ForbiddenWord`] with the first word found.
pub fn check_words(texts: &[&str], entitled: &[String]) -> Result<(), IssueRefused> {
    let found = texts.iter().flat_map(|text| forbidden_words(text));
    match found.into_iter().find(|word| !entitled.iter().any(|own| own == word)) {
        Some(word) => Err(IssueRefused::ForbiddenWord { word }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_marks_are_found_wherever_they_hide() {
        assert_eq!(forbidden_words("示范省人力资源协会"), Vec::<&str>::new());
        assert_eq!(forbidden_words("中 国 考 试 网"), ["中国"]);
        assert_eq!(forbidden_words("中华人民共和国职业资格证书"), ["中华人民共和国", "中华", "职业资格"]);
        assert_eq!(forbidden_words("职业技能等级证书"), Vec::<&str>::new());
    }

    #[test]
    fn a_registered_name_keeps_its_own_words_and_no_others() {
        let entitled = ["中国".to_owned()];
        assert_eq!(check_words(&["中国某集团有限公司"], &entitled), Ok(()));
        let refused = |word| Err(IssueRefused::ForbiddenWord { word });
        assert_eq!(check_words(&["中国某集团有限公司"], &[]), refused("中国"));
        assert_eq!(check_words(&["某协会", "全国统一"], &entitled), refused("全国"));
    }
}
