package io.tokenledger.forwarder.drain;

import java.io.IOException;

/** A directory holds another source than before. */
final class ReplacedSourceException extends IOException {
  private static final long serialVersionUID = 1L;

  ReplacedSourceException(SourceDirectory directory) {
    super(
        directory.path()
            + " holds another source now than "
            + directory.source().sourceId()
            + ": each is read on where it stands under its own name");
  }
}
