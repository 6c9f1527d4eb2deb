// How the emulator ends a run that a GPU would hang or corrupt: one line on stderr, then exit status 86.
#pragma once

namespace kernelwright KERNELWRIGHT_PRIVATE {

/** A place in the kernel's source, filled in by default arguments of the intrinsics. */
struct Site {
  const char* file;
  int line;
};

inline bool same_site(Site a, Site b) { return a.line == b.line && strcmp(a.file, b.file) == 0; }

constexpr int kDiagnosisExitStatus = 86;

/** A bounded line of text; `vsnprintf` into a fixed buffer, because a fiber's stack and the heap may both be damaged. */
struct Line {
  char text[2048];
  size_t length = 0;

  __attribute__((format(printf, 2, 3))) void add(const char* format, ...) {
    va_list values;
    va_start(values, format);
    const int written = vsnprintf(text + length, sizeof text - length, format, values);
    va_end(values);
    if (written > 0) length += static_cast<size_t>(written);
    if (length > sizeof text - 2) length = sizeof text - 2;
  }
};

inline Line diagnosis_at(Site site) {
  Line line;
  line.add("kernelwright emulator: %s:%d: ", site.file, site.line);
  return line;
}

inline void write_line(Line& line) {
  line.text[line.length++] = '\n';
  for (size_t done = 0; done < line.length;) {
    const ssize_t n = write(STDERR_FILENO, line.text + done, line.length - done);
    if (n <= 0) break;
    done += static_cast<size_t>(n);
  }
}

[[noreturn]] inline void stop(Line& line) {
  fflush(stdout);
  write_line(line);
  _exit(kDiagnosisExitStatus);
}

}  // namespace kernelwright
