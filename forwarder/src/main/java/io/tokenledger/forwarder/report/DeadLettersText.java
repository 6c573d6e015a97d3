package io.tokenledger.forwarder.report;

import io.tokenledger.forwarder.store.StoredDeadLetter;
import java.io.PrintWriter;
import java.util.function.Consumer;

/** Dead letters for the terminal: a line for each as it comes, and their number at the end. */
public final class DeadLettersText implements Consumer<StoredDeadLetter> {
  private final PrintWriter out;
  private long letters;

  public DeadLettersText(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void accept(StoredDeadLetter letter) {
    letters++;
    out.println(
        letter.id()
            + "  "
            + letter.recordedAt()
            + "  "
            + (letter.service() == null ? "unknown service" : letter.service())
            + "  record "
            + (letter.seq() == null ? "of unknown number" : letter.seq())
            + " of "
            + letter.sourceId()
            + ", "
            + letter.place()
            + ", "
            + (letter.bytes() == null ? "bytes expired" : letter.bytes() + " bytes")
            + ": "
            + letter.reason().replace('\n', ' ')
            + (letter.sqlState() == null ? "" : " (SQLSTATE " + letter.sqlState() + ")"));
  }

  public void end() {
    out.println(
        letters == 0
            ? "There are no dead letters."
            : letters + (letters == 1 ? " dead letter." : " dead letters."));
  }
}
