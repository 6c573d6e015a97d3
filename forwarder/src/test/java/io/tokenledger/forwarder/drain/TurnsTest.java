package io.tokenledger.forwarder.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.forwarder.store.Lease;
import io.tokenledger.forwarder.store.ReadPosition;
import io.tokenledger.forwarder.store.SourceDescription;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private final FileWindow window = new FileWindow();
  private final SourceReader one = reader();
  private final SourceReader two = reader();
  private final SourceReader behind = reader();
  private final SourceReader farBehind = reader();
  private final Turns turns = new Turns();

  @Test
  void readsWhoKeepsUpBeforeWhoDoesNot() {
    turns.again(behind);
    turns.again(farBehind);
    turns.lineUp(List.of(one, two));

    assertThat(turns.waiting()).containsExactly(one, two, behind, farBehind);
  }

  @Test
  void beginsEachRoundWithABacklogSoThatNoneWaitsForEver() {
    turns.again(behind);
    turns.again(farBehind);

    for (SourceReader expected : List.of(behind, farBehind, behind)) {
      turns.lineUp(List.of(one, two));
      SourceReader first = turns.first();
      assertThat(first).isSameAs(expected);
      turns.next();
      turns.again(first);
    }
  }

  @Test
  void letsNobodyWhoKeepsUpOvertakeAnother() {
    turns.lineUp(List.of(one, two));
    turns.next();
    turns.lineUp(List.of(one, two));

    assertThat(turns.waiting()).containsExactly(two, one);
  }

  @Test
  void hasEachOnceInLine() {
    turns.lineUp(List.of(one));
    turns.lineUp(List.of(one));
    turns.again(one);

    assertThat(turns.size()).isEqualTo(1);
    assertThat(turns.next()).isSameAs(one);
    assertThat(turns.has(one)).isFalse();
    assertThat(turns.next()).isNull();
  }

  private SourceReader reader() {
    UUID id = UUID.randomUUID();
    return new SourceReader(
        new SourceDirectory(
            Path.of(id.toString()),
            new SourceDescription(id, null, null, null, null, null, null, null, null, null, "{}")),
        new Lease(id, ReadPosition.START, 0),
        window);
  }
}
