package io.tokenledger.shaded.unsafe;

import java.lang.reflect.Field;

/**
 * Stands in for {@code sun.misc.Unsafe}, whose memory methods print a warning since JDK 24: when a
 * jar is assembled, every use of that class by the third-party set is relocated to this one. Has
 * the methods which that set calls, by the same names and types, and nothing else.
 *
 * <p>Needs {@code java.base/jdk.internal.misc} exported to its module: the agent grants it, the
 * forwarder's manifest asks for it.
 */
public final class Unsafe {
  private static final jdk.internal.misc.Unsafe U = jdk.internal.misc.Unsafe.getUnsafe();

  /** Found by this name through reflection, as in the original. */
  @SuppressWarnings("unused")
  private static final Unsafe theUnsafe = new Unsafe();

  public static final int ARRAY_BYTE_BASE_OFFSET = theUnsafe.arrayBaseOffset(byte[].class);
  public static final int ARRAY_CHAR_BASE_OFFSET = theUnsafe.arrayBaseOffset(char[].class);
  public static final int ARRAY_OBJECT_INDEX_SCALE = U.arrayIndexScale(Object[].class);

  private Unsafe() {}

  public static Unsafe getUnsafe() {
    return theUnsafe;
  }

  /** Looked up by reflection: the return type of the method differs between JDK releases. */
  public int arrayBaseOffset(Class<?> arrayClass) {
    try {
      Object offset = U.getClass().getMethod("arrayBaseOffset", Class.class).invoke(U, arrayClass);
      return ((Number) offset).intValue();
    } catch (ReflectiveOperationException changed) {
      throw new LinkageError("jdk.internal.misc.Unsafe.arrayBaseOffset", changed);
    }
  }

  public int addressSize() {
    return U.addressSize();
  }

  public int pageSize() {
    return U.pageSize();
  }

  public Object allocateInstance(Class<?> type) throws InstantiationException {
    return U.allocateInstance(type);
  }

  public long objectFieldOffset(Field field) {
    return U.objectFieldOffset(field);
  }

  public long allocateMemory(long bytes) {
    return U.allocateMemory(bytes);
  }

  public void freeMemory(long address) {
    U.freeMemory(address);
  }

  public void setMemory(long address, long bytes, byte value) {
    U.setMemory(address, bytes, value);
  }

  public void setMemory(Object target, long offset, long bytes, byte value) {
    U.setMemory(target, offset, bytes, value);
  }

  public void copyMemory(long source, long target, long bytes) {
    U.copyMemory(source, target, bytes);
  }

  public void copyMemory(
      Object source, long sourceOffset, Object target, long targetOffset, long bytes) {
    U.copyMemory(source, sourceOffset, target, targetOffset, bytes);
  }

  public void fullFence() {
    U.fullFence();
  }

  public void loadFence() {
    U.loadFence();
  }

  public void storeFence() {
    U.storeFence();
  }

  public boolean getBoolean(Object target, long offset) {
    return U.getBoolean(target, offset);
  }

  public void putBoolean(Object target, long offset, boolean value) {
    U.putBoolean(target, offset, value);
  }

  public boolean getBooleanVolatile(Object target, long offset) {
    return U.getBooleanVolatile(target, offset);
  }

  public void putBooleanVolatile(Object target, long offset, boolean value) {
    U.putBooleanVolatile(target, offset, value);
  }

  public byte getByte(Object target, long offset) {
    return U.getByte(target, offset);
  }

  public void putByte(Object target, long offset, byte value) {
    U.putByte(target, offset, value);
  }

  public byte getByteVolatile(Object target, long offset) {
    return U.getByteVolatile(target, offset);
  }

  public void putByteVolatile(Object target, long offset, byte value) {
    U.putByteVolatile(target, offset, value);
  }

  public byte getByte(long address) {
    return U.getByte(address);
  }

  public void putByte(long address, byte value) {
    U.putByte(address, value);
  }

  public char getChar(Object target, long offset) {
    return U.getChar(target, offset);
  }

  public void putChar(Object target, long offset, char value) {
    U.putChar(target, offset, value);
  }

  public char getCharVolatile(Object target, long offset) {
    return U.getCharVolatile(target, offset);
  }

  public void putCharVolatile(Object target, long offset, char value) {
    U.putCharVolatile(target, offset, value);
  }

  public char getChar(long address) {
    return U.getChar(address);
  }

  public void putChar(long address, char value) {
    U.putChar(address, value);
  }

  public short getShort(Object target, long offset) {
    return U.getShort(target, offset);
  }

  public void putShort(Object target, long offset, short value) {
    U.putShort(target, offset, value);
  }

  public short getShortVolatile(Object target, long offset) {
    return U.getShortVolatile(target, offset);
  }

  public void putShortVolatile(Object target, long offset, short value) {
    U.putShortVolatile(target, offset, value);
  }

  public short getShort(long address) {
    return U.getShort(address);
  }

  public void putShort(long address, short value) {
    U.putShort(address, value);
  }

  public int getInt(Object target, long offset) {
    return U.getInt(target, offset);
  }

  public void putInt(Object target, long offset, int value) {
    U.putInt(target, offset, value);
  }

  public int getIntVolatile(Object target, long offset) {
    return U.getIntVolatile(target, offset);
  }

  public void putIntVolatile(Object target, long offset, int value) {
    U.putIntVolatile(target, offset, value);
  }

  public int getInt(long address) {
    return U.getInt(address);
  }

  public void putInt(long address, int value) {
    U.putInt(address, value);
  }

  public long getLong(Object target, long offset) {
    return U.getLong(target, offset);
  }

  public void putLong(Object target, long offset, long value) {
    U.putLong(target, offset, value);
  }

  public long getLongVolatile(Object target, long offset) {
    return U.getLongVolatile(target, offset);
  }

  public void putLongVolatile(Object target, long offset, long value) {
    U.putLongVolatile(target, offset, value);
  }

  public long getLong(long address) {
    return U.getLong(address);
  }

  public void putLong(long address, long value) {
    U.putLong(address, value);
  }

  public float getFloat(Object target, long offset) {
    return U.getFloat(target, offset);
  }

  public void putFloat(Object target, long offset, float value) {
    U.putFloat(target, offset, value);
  }

  public float getFloatVolatile(Object target, long offset) {
    return U.getFloatVolatile(target, offset);
  }

  public void putFloatVolatile(Object target, long offset, float value) {
    U.putFloatVolatile(target, offset, value);
  }

  public float getFloat(long address) {
    return U.getFloat(address);
  }

  public void putFloat(long address, float value) {
    U.putFloat(address, value);
  }

  public double getDouble(Object target, long offset) {
    return U.getDouble(target, offset);
  }

  public void putDouble(Object target, long offset, double value) {
    U.putDouble(target, offset, value);
  }

  public double getDoubleVolatile(Object target, long offset) {
    return U.getDoubleVolatile(target, offset);
  }

  public void putDoubleVolatile(Object target, long offset, double value) {
    U.putDoubleVolatile(target, offset, value);
  }

  public double getDouble(long address) {
    return U.getDouble(address);
  }

  public void putDouble(long address, double value) {
    U.putDouble(address, value);
  }

  public void putOrderedInt(Object target, long offset, int value) {
    U.putIntRelease(target, offset, value);
  }

  public boolean compareAndSwapInt(Object target, long offset, int expected, int value) {
    return U.compareAndSetInt(target, offset, expected, value);
  }

  public int getAndAddInt(Object target, long offset, int delta) {
    return U.getAndAddInt(target, offset, delta);
  }

  public int getAndSetInt(Object target, long offset, int value) {
    return U.getAndSetInt(target, offset, value);
  }

  public void putOrderedLong(Object target, long offset, long value) {
    U.putLongRelease(target, offset, value);
  }

  public boolean compareAndSwapLong(Object target, long offset, long expected, long value) {
    return U.compareAndSetLong(target, offset, expected, value);
  }

  public long getAndAddLong(Object target, long offset, long delta) {
    return U.getAndAddLong(target, offset, delta);
  }

  public long getAndSetLong(Object target, long offset, long value) {
    return U.getAndSetLong(target, offset, value);
  }

  public Object getObject(Object target, long offset) {
    return U.getReference(target, offset);
  }

  public void putObject(Object target, long offset, Object value) {
    U.putReference(target, offset, value);
  }

  public Object getObjectVolatile(Object target, long offset) {
    return U.getReferenceVolatile(target, offset);
  }

  public void putObjectVolatile(Object target, long offset, Object value) {
    U.putReferenceVolatile(target, offset, value);
  }

  public boolean compareAndSwapObject(Object target, long offset, Object expected, Object value) {
    return U.compareAndSetReference(target, offset, expected, value);
  }
}
