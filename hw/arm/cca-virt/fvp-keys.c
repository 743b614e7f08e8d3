/*
 * Trusted key storage of the Base FVP: the hash of the trusted root's public
 * key, the hardware unique key and the endorsement key, read-only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "qemu/ctype.h"
#include "qapi/error.h"
#include "hw/qdev-properties.h"
#include "fvp-keys.h"
#include "fvp-words.h"

enum {
    SIZE = 0x1000,
    HASH_AT = 0x00, HASH_SIZE = 32,
    HUK_AT = 0x20, HUK_SIZE = 16,
    ENDORSEMENT_AT = 0x44, ENDORSEMENT_SIZE = 32,
    END = ENDORSEMENT_AT + ENDORSEMENT_SIZE,
};

struct CcaFvpKeys {
    SysBusDevice parent_obj;
    MemoryRegion mmio;
    char *hash, *huk, *endorsement;

    uint8_t bytes[END];
};

static uint32_t read_word(void *opaque, hwaddr offset)
{
    CcaFvpKeys *s = opaque;

    if (offset >= END) {
        cca_fvp_no_register(TYPE_CCA_FVP_KEYS, "read", offset);
        return 0;
    }
    return ldl_le_p(s->bytes + offset);
}

static uint64_t read_regs(void *opaque, hwaddr addr, unsigned size)
{
    return cca_fvp_read(read_word, opaque, addr, size);
}

static void write_regs(void *opaque, hwaddr addr, uint64_t value,
                       unsigned size)
{
    cca_fvp_no_register(TYPE_CCA_FVP_KEYS, "write", addr);
}

static const MemoryRegionOps ops = {
    .read = read_regs,
    .write = write_regs,
    CCA_FVP_WORD_ACCESS,
};

/* The @size bytes that @text spells. */
static bool parse(const char *property, const char *text, uint8_t *bytes,
                  size_t size, Error **errp)
{
    size_t length = text ? strlen(text) : 0;
    bool good = length == 2 * size;

    for (size_t i = 0; good && i < length; i++) {
        good = qemu_isxdigit(text[i]);
    }
    if (!text || !good) {
        error_setg(errp, TYPE_CCA_FVP_KEYS ".%s must be %zu hexadecimal "
                   "digits", property, 2 * size);
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        bytes[i] = g_ascii_xdigit_value(text[2 * i]) << 4 |
                   g_ascii_xdigit_value(text[2 * i + 1]);
    }
    return true;
}

/*
 * Firmware takes the words of the hash from the last to the first; so the
 * property reads as tools print the hash.
 */
static void realize(DeviceState *dev, Error **errp)
{
    CcaFvpKeys *s = CCA_FVP_KEYS(dev);
    uint8_t hash[HASH_SIZE];

    if (!parse("public-key-hash", s->hash, hash, HASH_SIZE, errp) ||
        !parse("hardware-unique-key", s->huk, s->bytes + HUK_AT, HUK_SIZE,
               errp) ||
        !parse("endorsement-key", s->endorsement, s->bytes + ENDORSEMENT_AT,
               ENDORSEMENT_SIZE, errp)) {
        return;
    }
    for (size_t i = 0; i < HASH_SIZE; i += 4) {
        memcpy(s->bytes + HASH_AT + HASH_SIZE - 4 - i, hash + i, 4);
    }
}

static void init(Object *obj)
{
    CcaFvpKeys *s = CCA_FVP_KEYS(obj);

    memory_region_init_io(&s->mmio, obj, &ops, s, TYPE_CCA_FVP_KEYS, SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->mmio);
    /* Of the public half of the RSA key that TF-A brings for development. */
    s->hash = g_strdup("b0f382091297d83a377a72471bec3273"
                       "e99232e24959f65e8b4a4a46d8229ada");
    s->huk = g_strdup("000102030405060708090a0b0c0d0e0f");
    s->endorsement = g_strdup("000102030405060708090a0b0c0d0e0f"
                              "101112131415161718191a1b1c1d1e1f");
}

static const Property properties[] = {
    DEFINE_PROP_STRING("public-key-hash", CcaFvpKeys, hash),
    DEFINE_PROP_STRING("hardware-unique-key", CcaFvpKeys, huk),
    DEFINE_PROP_STRING("endorsement-key", CcaFvpKeys, endorsement),
};

static void class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "Trusted key storage";
    dc->realize = realize;
    device_class_set_props(dc, properties);
}

static const TypeInfo keys_info = {
    .name = TYPE_CCA_FVP_KEYS,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(CcaFvpKeys),
    .instance_init = init,
    .class_init = class_init,
};

static void register_types(void)
{
    type_register_static(&keys_info);
}

type_init(register_types)
