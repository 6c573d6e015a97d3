package io.tokenledger.forwarder.drain;

import java.io.Closeable;
import java.io.IOException;

/**
 * Entries of one kind of file of a source, in the order of writing. In a file that a newer one
 * follows, bytes that are no entry come as a damaged one, and reading goes on at the next that can
 * be recognised. Not thread-safe.
 */
interface EntryStream extends Closeable {
  /** The next entry, or null if none is complete now; asking again later may find one. */
  RawEntry next() throws IOException;

  /**
   * For a source that is no longer written: what is no entry where the stream stands, up to the
   * next that can be recognised (then it is damaged) or else to the end of the file (then it is
   * torn, and its bytes are left out). Null when the end is clean.
   */
  RawEntry tornEnd() throws IOException;

  /**
   * For an entry, the last that was taken, which says nothing: the same, or what is damaged in its
   * place if its length cannot be right either.
   */
  RawEntry reconsider(RawEntry undecodable) throws IOException;

  /** Closes the files; the next question opens them again where it was. */
  void park() throws IOException;
}
