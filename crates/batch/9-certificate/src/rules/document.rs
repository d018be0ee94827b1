//! The page: what is printed where. Source: 人社鉴发〔2021〕1号 (2021-01-12).
use serde_json::{Value, json};

use super::Payload;

/// The design of the page.
pub const CERTIFICATE: print::Template =
    print::Template { name: "certificate", source: include_str!("../../documents/certificate.typ") };

/// Name under which the photo is given.
pub const PHOTO: &str = "photo.jpg";
/// Name under which the QR code is given.
pub const QR: &str = "qr.svg";

/// The name of every such certificate. Source: 人社鉴发〔2021〕1号, 证书名称.
const TITLE: &str = "职业技能等级证书";
/// 证书正文.
const TEXT: &str = "本证书由备案的评价机构颁发。\n持证人按照职业标准参加职业技能等级认定，考核合格，具备下列职业（工种）相应等级的职业技能。";
/// 证书信息查询网址. Source: 人社鉴发〔2021〕1号.
const CERTIFICATE_QUERY: &str = "http://jndj.osta.org.cn";
/// 机构信息查询网址. Source: 人社鉴发〔2021〕1号.
const ORGANISATION_QUERY: &str = "http://pjjg.osta.org.cn";
/// Stands on every page of the demo.
const DEMO_NOTICE: &str = "演示数据，不作任何证明之用";

/// The content of the page. `document` is the full number, which stands on the paper and nowhere in
/// the payload; `own_query` the address of our own query page; `demo` marks the page.
#[must_use]
pub fn document_data(payload: &Payload, document: &str, own_query: &str, demo: bool) -> Value {
    json!({
        "language": "zh",
        "title": format!("{TITLE} {}", payload.number),
        "date": payload.issued_on.to_string(),
        "labels": {
            "title": TITLE,
            "photo": "照片",
            "name": "姓名",
            "document_kind": "证件类型",
            "document_number": "证件号码",
            "occupation": "职业名称",
            "job": "工种/职业方向",
            "level": "职业技能等级",
            "number": "证书编号",
            "issuer": "评价机构",
            "issue_date": "发证日期",
            "seal": "（评价机构印章）",
            "scan": "扫描二维码核验证书",
            "certificate_query": "证书信息查询网址",
            "organisation_query": "机构信息查询网址",
            "province_query": "本平台查询网址",
        },
        "second_labels": null,
        "text": TEXT,
        "second_text": null,
        "photo": PHOTO,
        "qr": QR,
        "name": payload.name,
        "document_kind": payload.document_kind,
        "document_number": document,
        "occupation": payload.occupation,
        // No batch is planned by direction yet; the page prints `--`, as the rule wants.
        "job": null,
        "level": payload.level,
        "number": payload.number.as_str(),
        "issuer": payload.issuer,
        "issue_date": chinese_date(payload.issued_on),
        "certificate_query": CERTIFICATE_QUERY,
        "organisation_query": ORGANISATION_QUERY,
        "province_query": own_query,
        "notice": if demo { Value::from(DEMO_NOTICE) } else { Value::Null },
    })
}

/// 2021年6月3日.
fn chinese_date(day: kernel::Day) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day_of_month())
}

#[cfg(test)]
mod tests {
    use super::{
        super::{forbidden_words, payload::tests::specimen},
        *,
    };

    /// Source: 人社鉴发〔2021〕1号, the list of mandatory contents.
    #[test]
    fn every_mandatory_content_is_there() {
        let data = document_data(&specimen(), "999824199607135423", "https://kaogong.example/verify", false);
        for key in [
            "text",
            "issuer",
            "issue_date",
            "name",
            "document_kind",
            "document_number",
            "occupation",
            "level",
            "number",
            "photo",
            "qr",
            "certificate_query",
            "organisation_query",
        ] {
            assert!(data[key].as_str().is_some_and(|text| !text.is_empty()), "{key}");
            if !["text", "qr"].contains(&key) {
                assert!(data["labels"][key].is_string(), "label of {key}");
            }
        }
        assert_eq!(data["labels"]["title"], "职业技能等级证书");
        testkit::proves!("S2-28", "what is issued is named 职业技能等级证书");
        assert_eq!(data["issue_date"], "2021年6月3日");
        assert_eq!(data["document_number"], "999824199607135423");
        assert_eq!(forbidden_words(&data.to_string()), Vec::<&str>::new());
    }
}
