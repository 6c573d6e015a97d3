package io.tokenledger.agent.streamusage;

import java.io.IOException;
import java.io.OutputStream;

/** Makes a {@link BodyEdit} of what is written through it, once. */
public final class EditedOutput extends OutputStream {
  private final OutputStream out;
  private final BodyEditor editor;

  public EditedOutput(OutputStream out, BodyEdit edit) {
    this(out, new BodyEditor(edit));
  }

  /** Goes on with an edit that may be under way. */
  public EditedOutput(OutputStream out, BodyEditor editor) {
    this.out = out;
    this.editor = editor;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws IOException {
    int at = offset;
    int end = offset + length;
    while (at < end) {
      at += editor.skipping(end - at);
      int passing = editor.passing(end - at);
      if (passing > 0) {
        out.write(buffer, at, passing);
        editor.passed(buffer, at, passing);
        at += passing;
      } else if (at < end) {
        out.write(editor.insertion());
      }
    }
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
