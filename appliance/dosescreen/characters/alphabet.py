"""The characters that the networks know, in the order of their outputs."""

BASIC = (
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,:;-=+/*()[]<>_'\"&#%$|!?~^@"
)
JAPANESE = (
    "線量情報告書レポート検査日付患者名前氏番号管電圧流合計頭部体幹全身胸腹骨盤小児成人総生年月性別男"
    "女装置機種撮影範囲位シリズスキャン回転時間積ファム単被ばく重長照射条件実効換算平均最大値数方式モ"
    "ド了受始曝細終詳造開速度使用剤右左上下後足先向"
)
"""What dose screens in Japanese are labelled with; the layouts' words and some more."""
SPACE = " "
ALPHABET = BASIC + JAPANESE + SPACE
"""A network's output ``n`` is character ``n - 1``; output 0 says that none has its middle there."""
