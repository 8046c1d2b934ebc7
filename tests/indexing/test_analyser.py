"""What counts as a word of firmware text, English or Chinese, in a sentence and in a question."""

from __future__ import annotations

import pytest

from assistant.indexing.analyser import question_terms, terms_of, words_of

TERMS = {
    # identifiers, whole and in parts
    "PcdFlashNvStorageVariableBase": (
        "pcdflashnvstoragevariablebase pcd flash nv storag variabl base"
    ),
    "EFI_NOT_READY": "efi_not_ready efi not ready readi",
    "GPIO_PAD_CFG_DW0": "gpio_pad_cfg_dw0 gpio pad cfg dw0 dw 0",
    "gEfiPciIoProtocolGuid": "gefipciioprotocolguid g efi pci io protocol guid",
    "_OSC": "osc",
    "__FUNCTION__": "function",
    "BIT(3)": "bit 3",
    "IMC_CTL[3:0]": "imc_ctl imc ctl 3:0 3 0",
    "MdePkg/Include/Base.h": "mdepkg/include/base.h mdepkg mde pkg includ base h",
    "ACPI.sys": "acpi.sys acpi sys",
    # numbers in base 16, however they are written
    "0x00B2": "0xb2",
    "0xB2": "0xb2",
    "0XB2": "0xb2",
    "B2h": "0xb2",
    "0B2h": "0xb2",
    "b2H": "0xb2",
    "FFh": "0xff",
    "0xFED1_C000": "0xfed1c000",
    "0xFED1C000UL": "0xfed1c000",
    "0x0": "0x0",
    "0x1000-0x1FFF": "0x1000-0x1fff 0x1000 0x1fff",
    # words that only look like such numbers
    "each": "each",
    "Each": "each",
    "EACH": "each",
    "bach": "bach",
    # versions, speeds, bit fields
    "v2.10": "v2.10 v2 v 2 10",
    "DDR4-3200": "ddr4-3200 ddr4 ddr 4 3200",
    "[31:12]": "31:12 31 12",
    "[RO]": "ro",
    "SMBIOS Type 17": "smbios smbio type 17",
    "100 MHz": "100 mhz m hz",
    # acronyms, in capitals, in small letters and as plurals
    "BIOS": "bios bio",
    "bios": "bio",
    "SSDTs": "ssdts ssdt",
    "PCIe": "pcie pc ie",
    "pcie": "pcie",
    # error strings
    "ASSERT_EFI_ERROR (Status = Not Found)": ("assert_efi_error assert efi error status not found"),
    "status: 0x80000003": "status 0x80000003",
    # stems and the two spellings
    "initialisation": "initi",
    "initialization": "initi",
    "initialised": "initi",
    "behaviour": "behavior",
    "behaviors": "behavior",
    "analyse": "analyz",
    "analyzing": "analyz",
    "resources": "resourc",
    "TABLES": "tables tabl",
    "tables": "tabl",
    # Chinese, Japanese, full-width, mixed
    "内存初始化": "内存 存初 初始 始化",
    "字": "字",
    "DDR4内存": "ddr4 ddr 4 内存",
    "ＤＤＲ４": "ddr4 ddr 4",
    "写入均衡，使DQS与CK对齐。": "写入 入均 均衡 使 dqs 与 ck 对齐",
    "メモリ": "メモ モリ",
    # nothing at all
    "": "",
    "-- ... ，。": "",
    "=" * 80: "",
    "A" * 200: "",
}


@pytest.mark.parametrize(("text", "terms"), TERMS.items())
def test_terms(text: str, terms: str) -> None:
    assert terms_of(text) == terms.split(" ") if terms else terms_of(text) == []


QUESTIONS = {
    "How is DDR4 memory initialised?": "ddr4 ddr 4 memori initi",
    "what does EFI_NOT_READY mean": "efi_not_ready efi not ready readi",
    "What is _OSC?": "osc",
    "where is IT": "it",  # written like an identifier
    "which bits are [RO]?": "bit ro",
    "memory memory Memory": "memori",
    "What is it?": "what is it",
    "如何初始化DDR4内存?": "初始 始化 ddr4 ddr 4 内存",
    "什么是安全启动？": "安全 全启 启动",
    "内存对齐": "内存 存对 对齐",
    "如何配置中断路由": "配置 置中 中断 断路 路由",
    "从设备的地址": "从设 设备 地址",
    "变量存在哪里": "变量 量存 存在",
    "为什么": "为什 什么",
    "0x00B2端口是什么": "0xb2 端口",
}


@pytest.mark.parametrize(("question", "terms"), QUESTIONS.items())
def test_question_terms(question: str, terms: str) -> None:
    assert question_terms(question) == terms.split(" ")


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("bios", "The BIOS region."),
        ("BIOS", "the bios region"),
        ("smbios", "SMBIOS Type 17"),
        ("tables", "ACPI TABLES"),
        ("acpi table", "ACPI TABLES"),
        ("pcie", "PCIe slots"),
        ("ssdt", "Two SSDTs follow."),
        ("SSDTs", "An SSDT follows."),
        ("port b2h", "Write 0xB2."),
        ("flash nv", "PcdFlashNvStorageVariableBase"),
        ("efi not ready", "returns EFI_NOT_READY"),
        ("DDR4", "ＤＤＲ４ 内存"),
        ("initialise", "Initialization of memory"),
        ("对齐", "使DQS与CK对齐"),
        ("中断路由", "中断路由表"),
    ],
)
def test_a_question_finds_what_is_written_otherwise(asked: str, written: str) -> None:
    assert set(question_terms(asked)) & set(terms_of(written))


@pytest.mark.parametrize("text", [t for t in TERMS if t])
def test_every_term_of_a_text_is_found_by_asking_with_the_text_itself(text: str) -> None:
    assert set(question_terms(text)) <= set(terms_of(text))


@pytest.mark.parametrize("text", [" ".join(TERMS), " ".join(QUESTIONS)])
def test_words_stand_where_they_say(text: str) -> None:
    for word in words_of(text):
        assert 0 <= word.start < word.end <= len(text)
        assert not text[word.start : word.end].isspace()
    starts = [word.start for word in words_of(text)]
    assert starts == sorted(starts)
