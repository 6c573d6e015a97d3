package io.tokenledger.agent.streamusage;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Makes a {@link BodyEdit} during one write of the body, as it passes in pieces. Asked for each
 * piece: how much of it {@linkplain #passing passes} as it is; when that is nothing, what is
 * {@linkplain #insertion inserted} here and how much is {@linkplain #skipping left out}.
 *
 * <p>The length of the body was announced before, so the edit has to happen. If the bytes before it
 * are not those that were looked at (an application that writes another body each time), the edit
 * adds nothing but spaces, before the last byte: JSON with the same meaning. Not thread-safe.
 */
public final class BodyEditor {
  private final BodyEdit edit;
  private final CRC32 crc = new CRC32();
  private long position;
  private long target;
  private byte[] inserted;
  private int skip;
  private boolean checked;
  private boolean done;

  public BodyEditor(BodyEdit edit) {
    this.edit = edit;
    target = edit.offset();
    inserted = edit.inserted();
  }

  /** How many of the next bytes pass before the edit; 0: the edit is here. */
  public int passing(int available) {
    if (!done && position == target && !checked) {
      check();
    }
    return done ? available : (int) Math.min(available, target - position);
  }

  /** Whether the next bytes all pass as they are. */
  public boolean passesWhole(int available) {
    return passing(available) == available && !(done && skip > 0);
  }

  /** These bytes have passed. */
  public void passed(byte[] buffer, int offset, int length) {
    if (!checked) {
      crc.update(buffer, offset, length);
    }
    position += length;
  }

  /** These bytes have passed; position and limit of the buffer stay as they are. */
  public void passed(ByteBuffer buffer, int from, int to) {
    if (!checked) {
      ByteBuffer passed = buffer.duplicate();
      passed.limit(to).position(from);
      crc.update(passed);
    }
    position += to - from;
  }

  /** What comes here; call it once, when nothing is {@link #passing}. */
  public byte[] insertion() {
    done = true;
    return inserted;
  }

  /** How many of the next bytes are left out, which counts them as seen. */
  public int skipping(int available) {
    int skipped = done ? Math.min(skip, available) : 0;
    skip -= skipped;
    position += skipped;
    return skipped;
  }

  private void check() {
    checked = true;
    if (crc.getValue() == edit.prefixCrc()) {
      skip = edit.removed();
    } else {
      target = Math.max(position, edit.length() - 1);
      inserted = new byte[edit.added()];
      Arrays.fill(inserted, (byte) ' ');
    }
  }
}
