package io.tokenledger.forwarder.reconcile;

import java.util.List;

/** Reads one kind of file. */
@FunctionalInterface
interface BillReader {
  /**
   * The lines of a file.
   *
   * @throws IllegalArgumentException or a parsing failure of the JDK's when it has another shape
   */
  List<BillLine> read(String content);
}
