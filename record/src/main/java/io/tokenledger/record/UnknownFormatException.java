package io.tokenledger.record;

import java.io.IOException;

/** A file of a format that is later than this program; the message names the file and both. */
public final class UnknownFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  UnknownFormatException(String message) {
    super(message);
  }
}
