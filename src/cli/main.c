#include <stdio.h>
#include <xylem.h>

int main(void) {
  puts(XY_VERSION);
  return 0;
}
