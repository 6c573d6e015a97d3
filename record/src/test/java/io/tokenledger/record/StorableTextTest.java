package io.tokenledger.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StorableTextTest {
  @Test
  void leavesGoodTextAsItIs() {
    String text = "caf\u00e9 \ud83d\ude00 line\nnext";
    assertThat(StorableText.text(text, 100)).isSameAs(text);
  }

  @Test
  void replacesNulsAndLoneSurrogates() {
    assertThat(StorableText.text("a\u0000b\ud800c\udc00\ud83d\ude00\ud83d", 100))
        .isEqualTo("a\ufffdb\ufffdc\ufffd\ud83d\ude00\ufffd");
  }

  @Test
  void cutsWithoutSplittingAPair() {
    assertThat(StorableText.text("ab\ud83d\ude00cd", 3)).isEqualTo("ab");
    assertThat(StorableText.text("ab\ud83d\ude00cd", 4)).isEqualTo("ab\ud83d\ude00");
  }

  @Test
  void replacesEscapedNulsAndLoneSurrogatesInJson() {
    assertThat(StorableText.jsonEscapes("[\"\\u0000\\ud800x\\udc00\\ud83d\\ude00\\u00e9\\n\"]"))
        .isEqualTo("[\"\\ufffd\\ufffdx\\ufffd\\ud83d\\ude00\\u00e9\\n\"]");
  }

  @Test
  void takesAnEscapedBackslashForWhatItIs() {
    String json = "[\"C:\\\\u0000\"]";
    assertThat(StorableText.jsonEscapes(json)).isEqualTo(json);
  }

  @Test
  void replacesAHighSurrogateThatAnotherHighSurrogateFollows() {
    assertThat(StorableText.jsonEscapes("\"\\ud83d\\ud83d\\ude00\""))
        .isEqualTo("\"\\ufffd\\ud83d\\ude00\"");
  }
}
