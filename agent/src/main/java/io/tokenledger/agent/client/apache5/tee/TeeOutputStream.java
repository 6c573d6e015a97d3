package io.tokenledger.agent.client.apache5.tee;

import java.io.IOException;
import java.io.OutputStream;

/** Writes on, then shows what was written. */
final class TeeOutputStream extends OutputStream {
  private final OutputStream out;
  private final OutputStream scan;
  private boolean outFailed;

  /**
   * @param scan takes bytes without ever throwing
   */
  TeeOutputStream(OutputStream out, OutputStream scan) {
    this.out = out;
    this.scan = scan;
  }

  /** Whether it was the stream written to that failed. */
  boolean outFailed() {
    return outFailed;
  }

  @Override
  public void write(int value) throws IOException {
    outFailed = true;
    out.write(value);
    outFailed = false;
    scan.write(value);
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws IOException {
    outFailed = true;
    out.write(buffer, offset, length);
    outFailed = false;
    scan.write(buffer, offset, length);
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
