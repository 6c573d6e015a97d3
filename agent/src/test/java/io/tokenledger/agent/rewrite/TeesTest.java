package io.tokenledger.agent.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.agent.client.apache5.ApacheTap;
import io.tokenledger.agent.client.apache5async.ApacheAsyncTap;
import io.tokenledger.agent.client.harness.ClientLoader;
import io.tokenledger.agent.client.okhttp.OkHttpTap;
import io.tokenledger.agent.client.okhttp.OkHttpTees;
import java.io.File;
import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tees and the loader that defines them, with real clients in loaders of their own. */
class TeesTest {
  private static final String PACKAGE = "io.tokenledger.agent.client.okhttp.tee";
  private static final String CLIENT = "okhttp3.internal.http.RealInterceptorChain";
  private static final long LIMIT_NANOS = 60_000_000_000L;

  private final Tees<?> tees = teesOf(new OkHttpTap());
  private final List<Throwable> faults = new ArrayList<>();

  static List<Arguments> clients() {
    String classic = "org.apache.hc.client5.http.impl.classic.InternalHttpClient";
    String async = "org.apache.hc.client5.http.impl.async.InternalHttpAsyncClient";
    return List.of(
        Arguments.of(new OkHttpTap(), "okhttp-3.4.2", "okhttp3.Response"),
        Arguments.of(new OkHttpTap(), "okhttp-4.12.0", CLIENT),
        Arguments.of(new OkHttpTap(), "okhttp-5.5.1", CLIENT),
        Arguments.of(new ApacheTap(), "apache5-5.0.4", classic),
        Arguments.of(new ApacheTap(), "apache5-5.6.5", classic),
        Arguments.of(new ApacheAsyncTap(), "apache5-5.0.4", async),
        Arguments.of(new ApacheAsyncTap(), "apache5-5.6.5", async));
  }

  @ParameterizedTest
  @MethodSource("clients")
  void definesAllTeesOfAClientAtOnceInOneLoader(Object tap, String version, String className)
      throws Exception {
    try (ClientLoader application = ClientLoader.of(version, List.of())) {
      Tees<?> of = teesOf(tap);

      Object factory = of.of(application.loadClass(className), faults::add);

      assertThat(faults).isEmpty();
      Class<?> type = factory.getClass();
      assertThat(namesDefinedBy(type.getClassLoader())).isEqualTo(namesIn(type));
    }
  }

  @Test
  void givesTheSameSetForTheSameClass() throws Exception {
    try (ClientLoader application = ClientLoader.of("okhttp-4.12.0", List.of())) {
      Class<?> client = application.loadClass(CLIENT);

      assertThat(tees.of(client, faults::add)).isSameAs(tees.of(client, faults::add));
    }
  }

  @Test
  void takesOurClassesFromTheAgentAndTheRestFromTheClient() throws Exception {
    try (ClientLoader application = ClientLoader.of("okhttp-4.12.0", List.of())) {
      ClassLoader tap =
          tees.of(application.loadClass(CLIENT), faults::add).getClass().getClassLoader();

      assertThat(tap.loadClass(OkHttpTees.class.getName())).isSameAs(OkHttpTees.class);
      assertThat(tap.loadClass("okhttp3.Response"))
          .isSameAs(application.loadClass("okhttp3.Response"))
          .isNotSameAs(okhttp3.Response.class);
      assertThat(tap.loadClass(PACKAGE + ".TeeResponseBody").getSuperclass())
          .isSameAs(application.loadClass("okhttp3.ResponseBody"));
    }
  }

  @Test
  void servesTwoVersionsOfAClientSideBySide() throws Exception {
    try (ClientLoader older = ClientLoader.of("okhttp-3.14.9", List.of());
        ClientLoader newer = ClientLoader.of("okhttp-5.5.1", List.of())) {
      Class<?> ofOlder = tees.of(older.loadClass(CLIENT), faults::add).getClass();
      Class<?> ofNewer = tees.of(newer.loadClass(CLIENT), faults::add).getClass();

      assertThat(ofOlder).isNotSameAs(ofNewer);
      assertThat(superclassOfTee(ofOlder)).isSameAs(older.loadClass("okhttp3.ResponseBody"));
      assertThat(superclassOfTee(ofNewer)).isSameAs(newer.loadClass("okhttp3.ResponseBody"));
    }
  }

  @Test
  void stepsAsideWhereTheClientLacksATypeAndSaysWhyOnce() {
    ClassLoader empty = new ClassLoader(null) {};
    Tees<OkHttpTees> of = new Tees<>(OkHttpTees.class, PACKAGE, "Factory", "TeeResponseBody");
    Class<?> withoutOkHttp = nobodysClassIn(empty);

    assertThat(of.of(withoutOkHttp, faults::add)).isNull();
    assertThat(of.of(withoutOkHttp, faults::add)).isNull();
    assertThat(faults).singleElement().isInstanceOf(NoClassDefFoundError.class);
  }

  @Test
  void refusesAPackageThatTheAgentsLoaderWouldDefine() {
    assertThatThrownBy(() -> new TapClassLoader(getClass().getClassLoader(), null, "a.client"))
        .hasMessage("not a tee package: a.client");
  }

  @Test
  void letsAThrownAwayApplicationGo() throws Exception {
    assertThat(collected(application(false))).as("baseline: an application without tees").isTrue();

    assertThat(collected(application(true))).isTrue();
  }

  /** An application that came and went: only a weak reference to its loader is left. */
  private WeakReference<ClassLoader> application(boolean metered) throws Exception {
    try (ClientLoader application = ClientLoader.of("okhttp-4.12.0", List.of())) {
      Class<?> client = application.loadClass(CLIENT);
      if (metered) {
        assertThat(tees.of(client, faults::add)).isNotNull();
      }
      return new WeakReference<>(application);
    }
  }

  private static Class<?> nobodysClassIn(ClassLoader loader) {
    return Proxy.newProxyInstance(
            loader, new Class<?>[] {Runnable.class}, (proxy, method, arguments) -> null)
        .getClass();
  }

  private static boolean collected(WeakReference<?> reference) {
    long deadline = System.nanoTime() + LIMIT_NANOS;
    while (reference.get() != null && System.nanoTime() < deadline) {
      System.gc();
      LockSupport.parkNanos(10_000_000);
    }
    return reference.get() == null;
  }

  private static Class<?> superclassOfTee(Class<?> factory) throws ClassNotFoundException {
    return Class.forName(PACKAGE + ".TeeResponseBody", false, factory.getClassLoader())
        .getSuperclass();
  }

  private static Set<String> namesDefinedBy(ClassLoader loader) {
    Set<String> names = new TreeSet<>();
    for (Class<?> type : ByteBuddyAgent.install().getAllLoadedClasses()) {
      if (type.getClassLoader() == loader) {
        names.add(type.getName());
      }
    }
    return names;
  }

  /** What was compiled into the package of a tee. */
  private static Set<String> namesIn(Class<?> tee) throws Exception {
    String path = tee.getName().replace('.', '/') + ".class";
    File file = new File(TeesTest.class.getClassLoader().getResource(path).toURI());
    Set<String> names = new TreeSet<>();
    for (String name : file.getParentFile().list()) {
      names.add(tee.getPackageName() + "." + name.replace(".class", ""));
    }
    return names;
  }

  private static Tees<?> teesOf(Object tap) {
    try {
      Field field =
          Arrays.stream(tap.getClass().getDeclaredFields())
              .filter(candidate -> candidate.getType() == Tees.class)
              .findAny()
              .orElseThrow();
      field.setAccessible(true);
      return (Tees<?>) field.get(tap);
    } catch (IllegalAccessException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
