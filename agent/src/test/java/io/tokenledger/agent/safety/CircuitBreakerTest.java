package io.tokenledger.agent.safety;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

class CircuitBreakerTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long QUIET = CircuitBreaker.QUIET_NANOS;
  private static final long DELAY = CircuitBreaker.FIRST_DELAY_NANOS;

  /** Before the overflow of {@code nanoTime}, which may happen at any moment. */
  private static final long START = Long.MAX_VALUE - 5 * SECOND;

  private final CircuitBreaker breaker = new CircuitBreaker("okhttp");

  @Test
  void staysClosedBelowTheLimit() {
    fail(CircuitBreaker.MAX_ERRORS - 1, START);

    assertThat(breaker.allows(START + SECOND)).isTrue();
    assertThat(breaker.tripped()).isFalse();
  }

  @Test
  void opensAtTheLimit() {
    fail(CircuitBreaker.MAX_ERRORS, START);

    assertThat(breaker.tripped()).isTrue();
    assertThat(breaker.allows(START + DELAY - 1)).isFalse();
  }

  @Test
  void forgetsErrorsAfterAQuietMinute() {
    fail(CircuitBreaker.MAX_ERRORS - 1, START);
    fail(1, START + QUIET + 1);

    assertThat(breaker.tripped()).isFalse();
    assertThat(breaker.errors()).isEqualTo(CircuitBreaker.MAX_ERRORS);
  }

  @Test
  void isHalfOpenAfterTheDelay() {
    fail(CircuitBreaker.MAX_ERRORS, START);

    assertThat(breaker.allows(START + DELAY)).isTrue();
    assertThat(breaker.tripped()).isTrue();
  }

  @Test
  void opensForTwiceAsLongWhenTheTrialFails() {
    fail(CircuitBreaker.MAX_ERRORS, START);
    long trial = START + DELAY;
    fail(1, trial);

    assertThat(breaker.allows(trial + DELAY)).isFalse();
    assertThat(breaker.allows(trial + 2 * DELAY)).isTrue();
  }

  @Test
  void neverStaysOpenLongerThanAnHour() {
    long now = START;
    fail(CircuitBreaker.MAX_ERRORS, now);
    for (int trial = 0; trial < 20; trial++) {
      now += CircuitBreaker.MAX_DELAY_NANOS;
      fail(1, now);
    }

    assertThat(breaker.allows(now + CircuitBreaker.MAX_DELAY_NANOS - 1)).isFalse();
    assertThat(breaker.allows(now + CircuitBreaker.MAX_DELAY_NANOS)).isTrue();
  }

  @Test
  void closesAfterAQuietTrialAndCountsAnew() {
    fail(CircuitBreaker.MAX_ERRORS, START);
    long quiet = START + DELAY + QUIET + 1;

    assertThat(breaker.allows(quiet)).isTrue();
    assertThat(breaker.tripped()).isFalse();
    fail(CircuitBreaker.MAX_ERRORS - 1, quiet);
    assertThat(breaker.allows(quiet)).isTrue();
    fail(1, quiet);
    assertThat(breaker.allows(quiet + DELAY - 1)).isFalse();
    assertThat(breaker.allows(quiet + DELAY)).isTrue();
  }

  @Test
  void errorsOfCallsThatWereUnderWayWhenItOpenedDoNotProlongIt() {
    fail(CircuitBreaker.MAX_ERRORS + 50, START);

    assertThat(breaker.allows(START + DELAY)).isTrue();
  }

  @Test
  void keepsTheLatestErrorInWordsForReports() {
    fail(1, START);
    breaker.failed(new IllegalStateException("latest"), START);

    assertThat(breaker.lastError()).isEqualTo("java.lang.IllegalStateException: latest");
    assertThat(breaker.client()).isEqualTo("okhttp");
  }

  @Test
  void countsAnErrorThatCannotBePutIntoWords() {
    breaker.failed(
        new IllegalStateException() {
          private static final long serialVersionUID = 1L;

          @Override
          public String getMessage() {
            throw new UnsupportedOperationException();
          }
        },
        START);

    assertThat(breaker.errors()).isEqualTo(1);
    assertThat(breaker.lastError()).startsWith(CircuitBreakerTest.class.getName());
  }

  @Test
  void keepsNoClassOfTheApplicationAlive() throws Exception {
    WeakReference<ClassLoader> application = failWithAnErrorOfAnApplication();

    long deadline = System.nanoTime() + 60 * SECOND;
    while (application.get() != null && System.nanoTime() < deadline) {
      System.gc();
      LockSupport.parkNanos(10_000_000);
    }
    assertThat(application.get()).isNull();
    assertThat(breaker.lastError()).isEqualTo("a.ApplicationException");
  }

  private WeakReference<ClassLoader> failWithAnErrorOfAnApplication() throws Exception {
    ClassWriter writer = new ClassWriter(0);
    String parent = "java/lang/RuntimeException";
    writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, "a/ApplicationException", null, parent, null);
    MethodVisitor constructor = writer.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "()V", null, null);
    constructor.visitCode();
    constructor.visitVarInsn(Opcodes.ALOAD, 0);
    constructor.visitMethodInsn(Opcodes.INVOKESPECIAL, parent, "<init>", "()V", false);
    constructor.visitInsn(Opcodes.RETURN);
    constructor.visitMaxs(1, 1);
    constructor.visitEnd();
    byte[] bytes = writer.toByteArray();
    Class<?> error =
        new ClassLoader(null) {
          Class<?> define() {
            return defineClass("a.ApplicationException", bytes, 0, bytes.length);
          }
        }.define();
    breaker.failed((Throwable) error.getConstructor().newInstance(), START);
    return new WeakReference<>(error.getClassLoader());
  }

  private void fail(int times, long now) {
    for (int i = 0; i < times; i++) {
      breaker.failed(new IllegalStateException("ours"), now);
    }
  }
}
