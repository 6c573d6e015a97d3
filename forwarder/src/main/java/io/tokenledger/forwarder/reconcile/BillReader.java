package io.tokenledger.forwarder.reconcile;

/** Reads one kind of file. */
@FunctionalInterface
interface BillReader {
  /**
   * The content of a file.
   *
   * @throws IllegalArgumentException or a parsing failure of the JDK's when it has another shape
   */
  Bill read(String content);
}
