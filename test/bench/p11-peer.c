/**
 * The peer of the signing figures: the same PKCS#11 calls per signature as the bridge's provider process, in plain C.
 *
 *   p11-peer LIBRARY TOKEN_LABEL        then, line by line on stdin:
 *   pin PIN                             remembers the PIN of the throw-away test token
 *   rsa DIGEST_HEX  |  ec DIGEST_HEX    one signature; answers "MICROSECONDS SIGNATURE_HEX" on stdout
 *
 * What one signature is, and only this is timed: C_OpenSession, C_Login, C_FindObjectsInit, C_FindObjects,
 * C_FindObjectsFinal, C_SignInit, C_Sign, C_Logout, C_CloseSession (PKCS#11 v2.40, 5.6, 5.7 and 5.11).
 * RSA: CKM_RSA_PKCS over the DigestInfo of SHA-256 (RFC 8017, 9.2); EC: CKM_ECDSA over the digest, r and s raw.
 */
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static CK_FUNCTION_LIST *p11;
static CK_SLOT_ID slot;
static char pin[64];

static void check(CK_RV rv, const char *call) {
  if (rv == CKR_OK) return;
  fprintf(stderr, "%s: 0x%lx\n", call, rv);
  exit(1);
}

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void load(const char *library) {
  void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    fprintf(stderr, "dlopen: %s\n", dlerror());
    exit(1);
  }
  CK_C_GetFunctionList get_list = (CK_C_GetFunctionList)dlsym(handle, "C_GetFunctionList");
  if (!get_list) {
    fprintf(stderr, "C_GetFunctionList: not exported\n");
    exit(1);
  }
  check(get_list(&p11), "C_GetFunctionList");
  CK_C_INITIALIZE_ARGS args = {.flags = CKF_OS_LOCKING_OK};
  check(p11->C_Initialize(&args), "C_Initialize");
}

/** The slot whose token has this label; labels are padded with blanks to 32 bytes. */
static void find_slot(const char *label) {
  CK_SLOT_ID slots[16];
  CK_ULONG count = 16;
  check(p11->C_GetSlotList(CK_TRUE, slots, &count), "C_GetSlotList");
  for (CK_ULONG i = 0; i < count; i++) {
    CK_TOKEN_INFO info;
    check(p11->C_GetTokenInfo(slots[i], &info), "C_GetTokenInfo");
    if (strncmp((char *)info.label, label, strlen(label)) == 0) {
      slot = slots[i];
      return;
    }
  }
  fprintf(stderr, "no token with that label\n");
  exit(1);
}

static CK_OBJECT_HANDLE find_key(CK_SESSION_HANDLE session, CK_KEY_TYPE type) {
  CK_OBJECT_CLASS object_class = CKO_PRIVATE_KEY;
  CK_ATTRIBUTE wanted[] = {
      {CKA_CLASS, &object_class, sizeof object_class},
      {CKA_KEY_TYPE, &type, sizeof type},
  };
  CK_OBJECT_HANDLE key = 0;
  CK_ULONG found = 0;
  check(p11->C_FindObjectsInit(session, wanted, 2), "C_FindObjectsInit");
  check(p11->C_FindObjects(session, &key, 1, &found), "C_FindObjects");
  check(p11->C_FindObjectsFinal(session), "C_FindObjectsFinal");
  if (found == 1) return key;
  fprintf(stderr, "no private key of that type\n");
  exit(1);
}

/** Signs once as the bridge's child does, and says how long it took. */
static double sign(CK_KEY_TYPE type, CK_BYTE *data, CK_ULONG size, CK_BYTE *signature, CK_ULONG *length) {
  CK_MECHANISM mechanism = {type == CKK_RSA ? CKM_RSA_PKCS : CKM_ECDSA, NULL, 0};
  CK_SESSION_HANDLE session;
  double start = now_us();
  check(p11->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &session), "C_OpenSession");
  check(p11->C_Login(session, CKU_USER, (CK_BYTE *)pin, strlen(pin)), "C_Login");
  CK_OBJECT_HANDLE key = find_key(session, type);
  check(p11->C_SignInit(session, &mechanism, key), "C_SignInit");
  check(p11->C_Sign(session, data, size, signature, length), "C_Sign");
  check(p11->C_Logout(session), "C_Logout");
  check(p11->C_CloseSession(session), "C_CloseSession");
  return now_us() - start;
}

static void answer(CK_KEY_TYPE type, const char *hex) {
  static const CK_BYTE sha256_info[] = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                        0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
  CK_BYTE data[sizeof sha256_info + 32], signature[512];
  CK_ULONG length = sizeof signature, prefix = type == CKK_RSA ? sizeof sha256_info : 0;
  memcpy(data, sha256_info, prefix);
  for (int i = 0; i < 32; i++) {
    unsigned byte;
    if (sscanf(hex + 2 * i, "%2x", &byte) != 1) {
      fprintf(stderr, "not a SHA-256 digest in hex\n");
      exit(1);
    }
    data[prefix + i] = (CK_BYTE)byte;
  }
  double took = sign(type, data, prefix + 32, signature, &length);
  printf("%.1f ", took);
  for (CK_ULONG i = 0; i < length; i++) printf("%02x", signature[i]);
  printf("\n");
  fflush(stdout);
}

int main(int argc, char **argv) {
  char line[256];
  if (argc != 3) return 2;
  load(argv[1]);
  find_slot(argv[2]);
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    if (strncmp(line, "pin ", 4) == 0) snprintf(pin, sizeof pin, "%.60s", line + 4);
    else if (strncmp(line, "rsa ", 4) == 0) answer(CKK_RSA, line + 4);
    else if (strncmp(line, "ec ", 3) == 0) answer(CKK_EC, line + 3);
    else return 2;
  }
  check(p11->C_Finalize(NULL), "C_Finalize");
  return 0;
}
