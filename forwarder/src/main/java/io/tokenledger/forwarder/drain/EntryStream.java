package io.tokenledger.forwarder.drain;

import java.io.Closeable;
import java.io.IOException;

/** Entries of one kind of file of a source, in the order of writing. Not thread-safe. */
interface EntryStream extends Closeable {
  /** The next entry, or null if none is complete now; asking again later may find one. */
  RawEntry next() throws IOException;

  /** Where an entry begins that is not complete, or null when the end is clean. */
  RawEntry tornEnd() throws IOException;
}
