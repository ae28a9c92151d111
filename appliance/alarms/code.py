"""Every condition the box raises, how soon someone has to look, and what it means."""

from enum import StrEnum


class Severity(StrEnum):
    """How soon someone has to look."""

    CRITICAL = "critical"
    """Doses are not being received, or what is kept cannot be trusted."""
    MAJOR = "major"
    """Something will not go on by itself."""
    MINOR = "minor"
    """It goes on by itself, but someone should know."""


class AlarmCode(StrEnum):
    """Every condition the box raises."""

    DISK_LOW = "disk-low"
    DISK_FILLING = "disk-filling"
    KEPT_FILE_DAMAGED = "kept-file-damaged"
    ARCHIVE_LACKS_OBJECTS = "archive-lacks-objects"
    RECEIVER_SATURATED = "receiver-saturated"
    INSTANCE_CONFLICT = "instance-conflict"
    STUDY_QUARANTINED = "study-quarantined"
    RECOGNISER_FAILED = "recogniser-failed"
    RECOGNISER_HINDERED = "recogniser-hindered"
    REPORT_NOT_CONFORMING = "report-not-conforming"
    DIGIT_WITHDRAWN = "digit-withdrawn"
    DESTINATION_FAILING = "destination-failing"
    DELIVERY_REFUSED = "delivery-refused"
    MEDIUM_FAILED = "medium-failed"
    TUNNEL_DOWN = "tunnel-down"
    ARCHIVE_FAILING = "archive-failing"
    WORKLIST_UNREACHABLE = "worklist-unreachable"
    WORKLIST_ANSWER_UNUSED = "worklist-answer-unused"
    CODE_TABLE_FAULTY = "code-table-faulty"
    DOSE_ABOVE_ALERT_VALUE = "dose-above-alert-value"
    MEDIAN_ABOVE_DRL = "median-above-drl"
    REFERENCE_TABLES_UNSOUND = "reference-tables-unsound"
    NATIVE_REPORT_DISAGREES = "native-report-disagrees"
    WRONG_PATIENT = "wrong-patient"
    COMMITMENT_NOT_REPORTED = "commitment-not-reported"
    COMMITMENT_LACKING = "commitment-lacking"
    CERTIFICATE_EXPIRING = "certificate-expiring"
    CERTIFICATE_UNUSABLE = "certificate-unusable"
    DISPLAY_FAILED = "display-failed"
    DISPLAY_TEST_DUE = "display-test-due"
    BACKUP_FAILED = "backup-failed"
    BACKUP_OVERDUE = "backup-overdue"
    UPDATE_FAILED = "update-failed"
    JOURNAL_BROKEN = "journal-broken"
    CLOCK_NOT_SET = "clock-not-set"
    CLOCK_JUMPED = "clock-jumped"
    CLOCK_DISAGREES = "clock-disagrees"
    TOO_HOT = "too-hot"
    UNDER_VOLTAGE = "under-voltage"
    POWER_FAILED = "power-failed"
    DISK_WORN = "disk-worn"
    FILE_SYSTEM_ERRORS = "file-system-errors"
    BROKER_UNREACHABLE = "broker-unreachable"
    AUDIT_REPOSITORY_FAILING = "audit-repository-failing"

    @property
    def severity(self) -> Severity:
        """How soon someone has to look."""
        return _TABLE[self][0]

    @property
    def meaning(self) -> tuple[str, str]:
        """One sentence for people: English, Japanese."""
        return _TABLE[self][1:]


_TABLE: dict[AlarmCode, tuple[Severity, str, str]] = {
    AlarmCode.DISK_LOW: (
        Severity.CRITICAL,
        "Free disk space is under its limit; objects are refused until there is room.",
        "ディスクの空き容量が下限を下回り、空きができるまで受信を拒否しています。",
    ),
    AlarmCode.DISK_FILLING: (
        Severity.MAJOR,
        "The disk is filling up with what may not go yet; soon objects will be refused.",
        "削除できないデータでディスクの空きが減っています。このままでは受信を拒否します。",
    ),
    AlarmCode.KEPT_FILE_DAMAGED: (
        Severity.CRITICAL,
        "A file that is kept is missing or not as it was written, and could not be mended.",
        "保存中のファイルが欠落または変化しており、修復できませんでした。",
    ),
    AlarmCode.ARCHIVE_LACKS_OBJECTS: (
        Severity.MAJOR,
        "The archive does not have objects that were delivered to it.",
        "PACS に送信済みのオブジェクトが PACS で見つかりません。",
    ),
    AlarmCode.RECEIVER_SATURATED: (
        Severity.MAJOR,
        "Every association the receiver may serve is in use; further senders are turned away.",
        "同時接続数が上限に達し、新しい接続を受け付けられません。",
    ),
    AlarmCode.INSTANCE_CONFLICT: (
        Severity.MINOR,
        "A sender used the UID of an object received before for other content; both are kept.",
        "受信済みの UID で内容の異なるオブジェクトを受信しました。両方とも保存しています。",
    ),
    AlarmCode.STUDY_QUARANTINED: (
        Severity.MINOR,
        "Studies wait in quarantine for a person's decision.",
        "保留中の検査が担当者の判断を待っています。",
    ),
    AlarmCode.RECOGNISER_FAILED: (
        Severity.MAJOR,
        "The recogniser failed on a study; its objects are kept.",
        "検査の認識処理が失敗しました。オブジェクトは保存されています。",
    ),
    AlarmCode.RECOGNISER_HINDERED: (
        Severity.MAJOR,
        "The recogniser lacks a program or room on a disk; studies wait until it is there.",
        "認識処理に必要なプログラムまたはディスクが使えません。検査は復旧まで待機しています。",
    ),
    AlarmCode.REPORT_NOT_CONFORMING: (
        Severity.MAJOR,
        "A report did not conform to the standard and was held back.",
        "規格に適合しないレポートの送信を止めました。",
    ),
    AlarmCode.DIGIT_WITHDRAWN: (
        Severity.MAJOR,
        "A digit that was learnt of a scanner proved wrong; what was read with it is read again.",
        "学習した数字の誤りが判明しました。その数字で読み取った検査を読み直します。",
    ),
    AlarmCode.DESTINATION_FAILING: (
        Severity.MAJOR,
        "A destination does not take reports; they are kept and sent again.",
        "送信先がレポートを受け付けません。レポートは保存され、再送されます。",
    ),
    AlarmCode.DELIVERY_REFUSED: (
        Severity.MAJOR,
        "Reports were refused for good, or given up, and wait for a person.",
        "送信を拒否された、または断念したレポートが担当者の対応を待っています。",
    ),
    AlarmCode.MEDIUM_FAILED: (
        Severity.MAJOR,
        "An export to a stick or a disc failed; what did not get there waits for the next one.",
        "媒体への書き出しに失敗しました。書き込めなかった分は次の媒体を待っています。",
    ),
    AlarmCode.TUNNEL_DOWN: (
        Severity.MAJOR,
        "The VPN's other end does not answer; what may leave through the VPN only waits for it.",
        "VPN の接続先が応答しません。VPN 経由の送信は接続の回復を待っています。",
    ),
    AlarmCode.ARCHIVE_FAILING: (
        Severity.MINOR,
        "The archive does not answer; studies of today that miss a dose are looked for later.",
        "PACS が応答しません。線量が不足している本日の検査は、後で再度確認します。",
    ),
    AlarmCode.WORKLIST_UNREACHABLE: (
        Severity.MINOR,
        "The RIS does not answer; studies are reported without their orders, and again with them.",
        "RIS が応答しません。検査はオーダ情報なしで報告され、応答が得られ次第、補完されます。",
    ),
    AlarmCode.WORKLIST_ANSWER_UNUSED: (
        Severity.MINOR,
        "The RIS answered about another patient or with several orders; nothing of it was used.",
        "RIS の回答が別の患者または複数のオーダであったため、使用しませんでした。",
    ),
    AlarmCode.CODE_TABLE_FAULTY: (
        Severity.MINOR,
        "The site's table of JJ1017 codes has faulty rows; they are not used, the others are.",
        "JJ1017 コード表に誤りのある行があります。その行だけは使用しません。",
    ),
    AlarmCode.DOSE_ABOVE_ALERT_VALUE: (
        Severity.MINOR,
        "A dose of a study is above the site's alert value.",
        "施設の警告値を超える線量の検査があります。",
    ),
    AlarmCode.MEDIAN_ABOVE_DRL: (
        Severity.MINOR,
        "The site's median dose of an examination is above its diagnostic reference level.",
        "施設の線量の中央値が診断参考レベルを超えています。",
    ),
    AlarmCode.REFERENCE_TABLES_UNSOUND: (
        Severity.MINOR,
        "The site's tables of reference levels cannot be used; doses are reported, not compared.",
        "施設の診断参考レベル表を使用できません。線量は報告されますが、比較は行われません。",
    ),
    AlarmCode.WRONG_PATIENT: (
        Severity.MAJOR,
        "A person found that a study's dose screen is of another patient; nothing is reported.",
        "線量画面が別の患者のものであると担当者が判断しました。レポートは作成していません。",
    ),
    AlarmCode.NATIVE_REPORT_DISAGREES: (
        Severity.MAJOR,
        "The CT's own dose report and its dose screen contradict each other.",
        "装置の線量レポートと線量画面の値が一致しません。",
    ),
    AlarmCode.COMMITMENT_NOT_REPORTED: (
        Severity.MAJOR,
        "A scanner that asked the box to keep objects cannot be told that it does.",
        "保管を依頼した装置に、保管の結果を通知できません。",
    ),
    AlarmCode.COMMITMENT_LACKING: (
        Severity.MAJOR,
        "A destination does not confirm that it keeps what it was sent.",
        "送信先が、受信したオブジェクトの保管を確約しません。",
    ),
    AlarmCode.CERTIFICATE_EXPIRING: (
        Severity.MINOR,
        "A certificate ends soon; connections that need it will fail then.",
        "証明書の有効期限が近づいています。期限後はその証明書を使う接続ができません。",
    ),
    AlarmCode.CERTIFICATE_UNUSABLE: (
        Severity.MAJOR,
        "A certificate has expired or its file cannot be used; connections that need it fail.",
        "証明書の期限切れ、またはファイルの不備により、その証明書を使う接続ができません。",
    ),
    AlarmCode.DISPLAY_FAILED: (
        Severity.MAJOR,
        "A display failed its last test.",
        "モニタが直近の品質管理試験で不適合となりました。",
    ),
    AlarmCode.DISPLAY_TEST_DUE: (
        Severity.MINOR,
        "A display has to be tested.",
        "モニタの品質管理試験の実施時期です。",
    ),
    AlarmCode.BACKUP_FAILED: (
        Severity.MAJOR,
        "The last backup of the box failed; earlier ones are as they were.",
        "直近のバックアップに失敗しました。それ以前のバックアップには影響ありません。",
    ),
    AlarmCode.BACKUP_OVERDUE: (
        Severity.MINOR,
        "No backup of the box was made for days.",
        "装置のバックアップが一定期間作成されていません。",
    ),
    AlarmCode.UPDATE_FAILED: (
        Severity.MAJOR,
        "An update was not installed, or was taken back; the version before it runs.",
        "アップデートが導入されなかったか、取り消されました。以前のバージョンで動作しています。",
    ),
    AlarmCode.JOURNAL_BROKEN: (
        Severity.CRITICAL,
        "The journal of decisions has been altered or cut.",
        "判断の記録が改変または削除されています。",
    ),
    AlarmCode.CLOCK_NOT_SET: (
        Severity.MAJOR,
        "Nothing vouches for the box's clock; records may carry a wrong time.",
        "本装置の時刻に根拠がありません。記録の時刻が誤っている可能性があります。",
    ),
    AlarmCode.CLOCK_JUMPED: (
        Severity.MAJOR,
        "The clock was set; records from before and after may be in the wrong order.",
        "時計が変更されました。変更前後の記録の順序が正しくない可能性があります。",
    ),
    AlarmCode.CLOCK_DISAGREES: (
        Severity.MAJOR,
        "The box's clock and that of a sender do not agree.",
        "本装置と送信元装置の時刻が一致しません。",
    ),
    AlarmCode.TOO_HOT: (
        Severity.MAJOR,
        "The box is too hot.",
        "本装置の温度が高すぎます。",
    ),
    AlarmCode.UNDER_VOLTAGE: (
        Severity.MAJOR,
        "The supply's voltage was too low; the box may fail, and its disk with it.",
        "電源電圧の低下を検出しました。動作の停止やディスクの破損につながります。",
    ),
    AlarmCode.POWER_FAILED: (
        Severity.MAJOR,
        "The mains is gone; the box runs on its battery and will switch itself off.",
        "商用電源が失われました。バッテリーで動作中で、まもなく自動的に停止します。",
    ),
    AlarmCode.DISK_WORN: (
        Severity.MAJOR,
        "A disk has nearly used up its life; replace it before it fails.",
        "ディスクの寿命が近づいています。故障する前に交換してください。",
    ),
    AlarmCode.FILE_SYSTEM_ERRORS: (
        Severity.CRITICAL,
        "The kernel found errors in a file system; what is kept there cannot be trusted.",
        "ファイルシステムにエラーがあります。保存されたデータは信頼できません。",
    ),
    AlarmCode.BROKER_UNREACHABLE: (
        Severity.MINOR,
        "The MQTT broker does not take the box's status; what happens is kept and told later.",
        "MQTT ブローカーに接続できません。発生した事象は保存され、接続の回復後に通知されます。",
    ),
    AlarmCode.AUDIT_REPOSITORY_FAILING: (
        Severity.MINOR,
        "The audit repository takes no messages; they are kept and sent again.",
        "監査ログサーバーが応答しません。監査メッセージは保存され、再送されます。",
    ),
}
