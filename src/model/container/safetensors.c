/* The safetensors container: what a file's header says, checked against the file's size.
 *
 *   +---------+----------------------------+--------------------------------------------+
 *   | n (u64) | n bytes of JSON, space-padded | values of all tensors, without gaps       |
 *   +---------+----------------------------+--------------------------------------------+
 *
 * {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …, "__metadata__": {…}}, little-endian.
 * Follows the reference implementation (huggingface/safetensors, safetensors/src/tensor.rs): the values must fill
 * the rest of the file exactly, each tensor's bytes must be what its shape and dtype need, none may overlap.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "model/container/container.h"

/* The reference implementation's limit: no honest header is longer, and parsing one costs many times its length. */
enum { header_limit = 100000000 };

typedef struct dtype_size {
  const char *name;
  int bits;
} dtype_size;

static const dtype_size dtype_sizes[] = {
    {"F32", 32}, {"F16", 16},    {"BF16", 16},   {"F64", 64},    {"I64", 64},    {"I32", 32},   {"I16", 16},
    {"I8", 8},   {"U64", 64},    {"U32", 32},    {"U16", 16},    {"U8", 8},      {"BOOL", 8},   {"C64", 64},
    {"F4", 4},   {"F6_E2M3", 6}, {"F6_E3M2", 6}, {"F8_E4M3", 8}, {"F8_E5M2", 8}, {"F8_E8M0", 8}};

/* Where parsing stands, for messages and memory. */
typedef struct parser {
  const char *file;
  xy__arena *arena;
  const unsigned char *values; /* the data section */
  size_t size;                 /* of the data section */
} parser;

static int bits_of(const char *dtype) {
  for (size_t i = 0; i < sizeof dtype_sizes / sizeof dtype_sizes[0]; i++) {
    if (strcmp(dtype_sizes[i].name, dtype) == 0) return dtype_sizes[i].bits;
  }
  return 0;
}

/* Reads an array of non-negative integers; at most `room` are stored, *n is their true number. False for anything
 * else. */
static bool read_sizes(int64_t *out, size_t *n, size_t room, const json_t *array) {
  if (!json_is_array(array)) return false;
  *n = json_array_size(array);
  for (size_t i = 0; i < *n; i++) {
    const json_t *item = json_array_get(array, i);
    if (!json_is_integer(item) || json_integer_value(item) < 0) return false;
    if (i < room) out[i] = json_integer_value(item);
  }
  return true;
}

/* Bytes that a shape needs; false when they overflow or are no whole number. */
static bool bytes_needed(uint64_t *out, const json_t *shape, int bits) {
  uint64_t total = (uint64_t)bits;
  for (size_t i = 0; i < json_array_size(shape); i++) {
    uint64_t dimension = (uint64_t)json_integer_value(json_array_get(shape, i));
    if (__builtin_mul_overflow(total, dimension, &total)) return false;
  }
  *out = total / 8;
  return total % 8 == 0;
}

static void set_dtype(xy__entry *entry, size_t rank) {
  static const char *const names[] = {[XY__F32] = "F32", [XY__F16] = "F16", [XY__BF16] = "BF16"};
  entry->rank = rank < 1000 ? (int)rank : 1000;
  entry->tensor.rank = rank <= 4 ? (int)rank : 4;
  for (int i = 0; i < 3; i++) {
    if (strcmp(entry->dtype_name, names[i]) != 0) continue;
    entry->tensor.dtype = (xy__dtype)i;
    entry->readable = rank <= 4;
  }
}

static int parse_entry(xy__entry *out, const parser *p, const char *name, const json_t *value, xy_error *err) {
  xy__entry entry = {.tensor.file = p->file};
  const char *dtype = json_string_value(json_object_get(value, "dtype"));
  const json_t *shape = json_object_get(value, "shape");
  int64_t offsets[2];
  size_t rank;
  size_t n_offsets;
  if (!json_is_object(value) || dtype == NULL || !read_sizes(entry.tensor.shape, &rank, 4, shape)) {
    return xy__fail(err, XY_ERR_FORMAT, "%s: tensor %s: expected a dtype and a shape of non-negative integers", p->file,
                    name);
  }
  if (!read_sizes(offsets, &n_offsets, 2, json_object_get(value, "data_offsets")) || n_offsets != 2 ||
      offsets[0] > offsets[1]) {
    return xy__fail(err, XY_ERR_FORMAT, "%s: tensor %s: data_offsets: expected [begin, end]", p->file, name);
  }
  if ((uint64_t)offsets[1] > p->size) {
    return xy__fail(err, XY_ERR_FORMAT,
                    "%s: tensor %s: its values end at byte %lld of the data, but the file holds only %zu bytes of data "
                    "(truncated?)",
                    p->file, name, (long long)offsets[1], p->size);
  }
  uint64_t found = (uint64_t)(offsets[1] - offsets[0]);
  uint64_t needed = found;
  int bits = bits_of(dtype);
  if (bits > 0 && !bytes_needed(&needed, shape, bits)) {
    return xy__fail(err, XY_ERR_FORMAT,
                    "%s: tensor %s: the size of its shape overflows or is not a whole number of bytes", p->file, name);
  }
  if (needed != found) {
    return xy__fail(err, XY_ERR_FORMAT,
                    "%s: tensor %s: expected %llu bytes for its shape and dtype %s, found data_offsets of %llu bytes",
                    p->file, name, (unsigned long long)needed, dtype, (unsigned long long)found);
  }
  entry.tensor.name = xy__arena_string(p->arena, name);
  entry.dtype_name = xy__arena_string(p->arena, dtype);
  if (entry.tensor.name == NULL || entry.dtype_name == NULL) return xy__fail_memory(err, p->file);
  entry.tensor.data = p->values + offsets[0];
  entry.tensor.bytes = (size_t)found;
  set_dtype(&entry, rank);
  *out = entry;
  return XY_OK;
}

static int by_place(const void *a, const void *b) {
  const xy__tensor *x = &((const xy__entry *)a)->tensor;
  const xy__tensor *y = &((const xy__entry *)b)->tensor;
  if (x->data != y->data) return (const char *)x->data < (const char *)y->data ? -1 : 1;
  return x->bytes < y->bytes ? -1 : x->bytes > y->bytes;
}

/* The values fill the data section without gap or overlap. */
static int check_places(const xy__entry *entries, size_t n, const parser *p, xy_error *err) {
  size_t end = 0;
  for (size_t i = 0; i < n; i++) {
    const xy__tensor *tensor = &entries[i].tensor;
    size_t begin = (size_t)((const unsigned char *)tensor->data - p->values);
    if (begin < end) {
      return xy__fail(err, XY_ERR_FORMAT, "%s: tensor %s: its values overlap those of tensor %s", p->file, tensor->name,
                      entries[i - 1].tensor.name);
    }
    if (begin > end) {
      return xy__fail(err, XY_ERR_FORMAT, "%s: tensor %s: expected its values at byte %zu of the data, found %zu",
                      p->file, tensor->name, end, begin);
    }
    end = begin + tensor->bytes;
  }
  if (end != p->size) {
    return xy__fail(err, XY_ERR_FORMAT, "%s: expected %zu bytes of data by the header, found %zu", p->file, end,
                    p->size);
  }
  return XY_OK;
}

static int parse_header(xy__entry *entries, size_t *n, const parser *p, const json_t *header, xy_error *err) {
  const char *name;
  json_t *value;
  json_object_foreach((json_t *)(uintptr_t)header, name, value) {
    if (strcmp(name, "__metadata__") == 0) continue;
    int rc = parse_entry(&entries[*n], p, name, value, err);
    if (rc != XY_OK) return rc;
    (*n)++;
  }
  qsort(entries, *n, sizeof *entries, by_place);
  return check_places(entries, *n, p, err);
}

static int parse(xy__entry **out, size_t *n, xy__arena *arena, const unsigned char *data, size_t size, const char *file,
                 xy_error *err) {
  if (size < 8) {
    return xy__fail(err, XY_ERR_FORMAT, "%s: expected a safetensors file, found only %zu bytes", file, size);
  }
  uint64_t length = 0;
  for (int i = 7; i >= 0; i--) length = length << 8 | data[i];
  if (length > size - 8 || length > header_limit) {
    return xy__fail(err, XY_ERR_FORMAT,
                    "%s: its header should be %llu bytes long, but %zu bytes follow (truncated, or not safetensors)",
                    file, (unsigned long long)length, size - 8);
  }
  json_t *header = NULL;
  xy__entry *entries = NULL;
  int rc = xy__json_parse(&header, (const char *)data + 8, (size_t)length, file, err);
  if (rc != XY_OK) goto out;
  if (!json_is_object(header)) {
    rc = xy__fail(err, XY_ERR_FORMAT, "%s: expected a JSON object as safetensors header", file);
    goto out;
  }
  entries = xy__array(json_object_size(header), sizeof *entries);
  if (entries == NULL) {
    rc = xy__fail_memory(err, file);
    goto out;
  }
  parser p = {file, arena, data + 8 + length, size - 8 - (size_t)length};
  size_t count = 0;
  rc = parse_header(entries, &count, &p, header, err);
  if (rc != XY_OK) goto out;
  *out = entries;
  *n = count;
  entries = NULL;
out:
  free(entries);
  json_decref(header);
  return rc;
}

const xy__container xy__container_safetensors = {"model.safetensors", parse};
