package io.tokenledger.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.it.harness.AccountedProvider.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The judge of the chaos runs, judged: it finds each kind of difference, and only those. */
class AuditTest {
  private static final UUID SOURCE = new UUID(7, 7);
  private static final long PID = 42;
  private static final Usage SENT = new Usage(1_000, 100, 10);
  private static final int FIRST = Life.NUMBERS;
  private static final Map<String, Usage> ANSWERED =
      Map.of("call-" + FIRST, SENT, "call-" + (FIRST + 1), SENT);

  @Test
  void findsNothingWhereEachAnswerIsARow() {
    assertThat(unexplained(ended(0), List.of(row(0, SENT), row(1, SENT)), List.of())).isEmpty();
  }

  @Test
  void findsARowThatIsMissing() {
    assertThat(unexplained(ended(0), List.of(row(0, SENT)), List.of()))
        .singleElement()
        .asString()
        .contains("1 calls of service#1 (ORDERLY) have no row");
  }

  @Test
  void findsATokenTooMuch() {
    Usage more = new Usage(SENT.input(), SENT.cached(), SENT.output() + 1);
    assertThat(unexplained(ended(0), List.of(row(0, SENT), row(1, more)), List.of()))
        .singleElement()
        .asString()
        .startsWith("the provider said");
  }

  @Test
  void findsARowThatIsThereTwice() {
    assertThat(unexplained(ended(0), List.of(row(0, SENT), row(1, SENT), row(1, SENT)), List.of()))
        .singleElement()
        .asString()
        .startsWith("twice");
  }

  @Test
  void findsCountsThatGotLost() {
    assertThat(unexplained(ended(0), List.of(row(0, SENT), row(1, null)), List.of()))
        .singleElement()
        .asString()
        .contains("no counts for a call that came back whole");
  }

  @Test
  void takesAGapForWhatIsMissingAndNoMore() {
    List<Booked.Row> one = List.of(row(0, SENT));
    assertThat(unexplained(ended(0), one, List.of(gap("reported", "disk", 1)))).isEmpty();
    assertThat(unexplained(ended(0), one, List.of(gap("reported", "disk", 2)))).hasSize(1);
  }

  @Test
  void findsGapsThatNothingHereMakes() {
    List<Booked.Row> all = List.of(row(0, SENT), row(1, SENT));
    assertThat(unexplained(ended(0), all, List.of(gap("sequence", null, 1)))).hasSize(1);
    assertThat(unexplained(ended(0), all, List.of(gap("lost", null, 1)))).hasSize(1);
    assertThat(unexplained(ended(0), all, List.of(gap("torn", null, 1)))).hasSize(1);
  }

  @Test
  void letsAKillCostWhatJustEndedAndNothingBefore() {
    List<Booked.Row> one = List.of(row(0, SENT));
    assertThat(unexplained(killed(), one, List.of())).isEmpty();
    assertThat(unexplained(killed(), List.of(row(1, SENT)), List.of())).hasSize(1);
  }

  @Test
  void findsRollupsAndDeadLettersThatShouldNotBe() {
    Booked booked =
        new Booked(
            List.of(row(0, SENT), row(1, SENT)), List.of(), sources(), 1, List.of("a rollup"));
    assertThat(Audit.of(booked, ANSWERED, List.of(ended(0))).unexplained())
        .containsExactlyInAnyOrder("1 dead letters", "a rollup");
  }

  private static List<String> unexplained(Life life, List<Booked.Row> rows, List<Booked.Gap> gaps) {
    return Audit.of(new Booked(rows, gaps, sources(), 0, List.of()), ANSWERED, List.of(life))
        .unexplained();
  }

  private static Life ended(long nanos) {
    Life life =
        new Life(
            "service",
            1,
            PID,
            List.of("ok " + FIRST + " " + nanos + ";", "ok " + (FIRST + 1) + " " + nanos + ";"),
            List.of());
    life.ends(Life.End.ORDERLY, false);
    return life;
  }

  /** One call ended ten seconds before the kill, one just then. */
  private static Life killed() {
    long now = System.nanoTime();
    Life life =
        new Life(
            "service",
            1,
            PID,
            List.of(
                "ok " + FIRST + " " + (now - 10_000_000_000L) + ";",
                "ok " + (FIRST + 1) + " " + now + ";",
                "ok 1"),
            List.of());
    life.ends(Life.End.KILLED, false);
    return life;
  }

  private static Booked.Row row(int call, Usage usage) {
    return new Booked.Row(
        SOURCE,
        FIRST + call,
        usage == null ? null : "call-" + (FIRST + call),
        usage,
        "success",
        "complete");
  }

  private static Booked.Gap gap(String kind, String reason, long missing) {
    return new Booked.Gap(SOURCE, kind, reason, missing, null);
  }

  private static List<Booked.Source> sources() {
    return List.of(new Booked.Source(SOURCE, "service", PID, Instant.now()));
  }
}
