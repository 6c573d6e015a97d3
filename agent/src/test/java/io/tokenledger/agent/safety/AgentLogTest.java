package io.tokenledger.agent.safety;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.config.AgentConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentLogTest {
  private static final long MINUTE = 60_000_000_000L;
  private static final long START = Long.MAX_VALUE - MINUTE / 2;

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  @TempDir Path directory;

  @Test
  void writesWhatTheLevelLetsThrough() {
    AgentLog log = log("warn");
    log.error("an error");
    log.warn("a warning");
    log.info("a detail");
    log.debug("a small detail");

    assertThat(lines()).containsExactly("[tokenledger] an error", "[tokenledger] a warning");
  }

  @Test
  void isSilentWhenSwitchedOff() {
    log("off").error("an error");

    assertThat(lines()).isEmpty();
  }

  @Test
  void keepsASentenceOnOneLine() {
    log("warn").warn("first\r\nsecond\nthird");

    assertThat(lines()).containsExactly("[tokenledger] first second third");
  }

  @Test
  void countsWhatExceedsTheLinesOfAMinute() {
    AgentLog log = log("warn");
    for (int i = 0; i < AgentLog.MAX_LINES_PER_MINUTE + 5; i++) {
      log.write(AgentLog.WARN, "line " + i, START);
    }
    assertThat(lines()).hasSize(AgentLog.MAX_LINES_PER_MINUTE);

    log.write(AgentLog.WARN, "a minute later", START + MINUTE + 1);

    assertThat(lines().subList(AgentLog.MAX_LINES_PER_MINUTE, lines().size()))
        .containsExactly("[tokenledger] 5 lines were left out", "[tokenledger] a minute later");
  }

  @Test
  void appendsToAFileThatAppearsWithItsFirstLine() throws IOException {
    Path file = directory.resolve("agent.log");
    AgentLog log = new AgentLog(new AgentConfig.Log("warn", file.toString()));
    log.info("a detail");
    assertThat(file).doesNotExist();

    log.warn("one");
    new AgentLog(new AgentConfig.Log("warn", file.toString())).warn("two");

    assertThat(file).hasContent("[tokenledger] one\n[tokenledger] two");
  }

  @Test
  void fallsBackToStandardErrorAndSaysSo() {
    String unwritable = directory.resolve("gone/agent.log").toString();
    PrintStream before = System.err;
    System.setErr(new PrintStream(written, true));
    try {
      new AgentLog(new AgentConfig.Log("warn", unwritable)).warn("a warning");
    } finally {
      System.setErr(before);
    }

    assertThat(lines())
        .containsExactly(
            "[tokenledger] log.file " + unwritable + " cannot be written, using stderr instead",
            "[tokenledger] a warning");
  }

  private AgentLog log(String level) {
    return new AgentLog(new AgentConfig.Log(level, "-"), new PrintStream(written, true));
  }

  private List<String> lines() {
    return written.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
