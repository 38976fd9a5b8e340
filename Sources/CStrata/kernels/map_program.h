// A program made ready for one call: constants computed, registers placed, results that can be
// written where they belong without a copy found.

#define MAP_BLOCK 1024
#define MAP_EXTRA (STRATA_MAX_OUTPUTS + STRATA_MAX_REDUCTIONS)  // copies of inputs, expanded constants
#define MAP_STEPS (STRATA_MAX_INSTRUCTIONS + STRATA_MAX_OUTPUTS + MAP_EXTRA)

// Slots: where the operands of a block lie. Inputs and registers as instructions number them.
enum {
    MAP_REGISTER = STRATA_MAX_INPUTS,
    MAP_HIDDEN = MAP_REGISTER + STRATA_MAX_REGISTERS,  // registers of MAP_EXTRA
    MAP_OUTPUT = MAP_HIDDEN + MAP_EXTRA,
    MAP_CONSTANT = MAP_OUTPUT + STRATA_MAX_OUTPUTS,  // results of instructions on scalars only
    MAP_SLOTS = MAP_CONSTANT + STRATA_MAX_INSTRUCTIONS,
};

typedef struct {
    map_operation *run;
    int32_t varying;
    uint8_t destination, source[3];
} map_step;

typedef struct {
    const strata_map_args *args;
    int64_t block;
    int32_t step_count;
    map_step steps[MAP_STEPS];
    float *slot[MAP_SLOTS];
    float *buffer[STRATA_MAX_INPUTS];
    float *small_output[STRATA_MAX_OUTPUTS];
    map_strided strided[STRATA_MAX_INPUTS];
    uint8_t reduced[STRATA_MAX_REDUCTIONS];  // the slots that reductions read
    double *accumulator[STRATA_MAX_REDUCTIONS];
    float *sum;

    // While preparing:
    char *base;
    int64_t used;               // bytes of scratch
    uint8_t place[MAP_OUTPUT];  // the slot that holds what a source names
    int32_t hidden;
} map_program;

static void *map_take(map_program *p, int64_t size) {
    char *taken = p->base ? p->base + p->used : NULL;
    p->used += (size + 63) / 64 * 64;
    return taken;
}

static float *map_take_floats(map_program *p, int64_t count) { return map_take(p, count * (int64_t)sizeof(float)); }

INLINE bool map_is_constant(const map_program *p, uint8_t slot) {
    return slot >= MAP_CONSTANT || (slot < MAP_REGISTER && p->args->inputs[slot].kind == STRATA_OPERAND_SCALAR);
}

// As many elements as keep all that a block touches in the first-level cache.
static int64_t map_block_size(const strata_map_args *args) {
    int32_t streams = args->register_count + args->output_count;
    for (int32_t i = 0; i < args->input_count; i++)
        streams += args->inputs[i].kind != STRATA_OPERAND_SCALAR && args->inputs[i].kind != STRATA_OPERAND_KEY;
    return streams <= 10 ? MAP_BLOCK : streams <= 20 ? MAP_BLOCK / 2 : MAP_BLOCK / 4;
}

static void map_prepare_inputs(map_program *p, int64_t elements) {
    const strata_map_args *args = p->args;
    for (int32_t i = 0; i < args->input_count; i++) {
        const strata_operand *operand = &args->inputs[i];
        p->place[i] = (uint8_t)i;
        switch (operand->kind) {
        case STRATA_OPERAND_FULL:
            p->buffer[i] = map_take_floats(p, VL);
            break;
        case STRATA_OPERAND_SCALAR:
            p->slot[i] = map_take_floats(p, VL);
            if (p->base) store(p->slot[i], splat(*(const float *)operand->pointer));
            break;
        case STRATA_OPERAND_PERIODIC: {
            bool repeated = operand->period <= p->block;
            p->buffer[i] = map_take_floats(p, p->block + VL + (repeated ? operand->period + VL : 0));
            int64_t length = operand->period + MIN(p->block + VL, MAX(elements, VL));
            if (p->base && repeated) map_repeat(p->buffer[i], operand->pointer, operand->period, 0, length);
            break;
        }
        case STRATA_OPERAND_STRIDED:
            p->slot[i] = p->buffer[i] = map_take_floats(p, p->block + 2 * VL);
            map_strided_prepare(&p->strided[i], operand, args->rank, args->dims);
            break;
        default:  // a key
            p->slot[i] = (float *)operand->pointer;
        }
    }
}

static void map_add_step(map_program *p, map_operation *run, uint8_t destination, const uint8_t *source,
                         int32_t arity) {
    map_step *step = &p->steps[p->step_count++];
    *step = (map_step){run, 0, destination, {source[0], source[0], source[0]}};
    for (int32_t i = 0; i < arity; i++) {
        step->source[i] = source[i];
        if (!map_is_constant(p, source[i])) step->varying |= 1 << i;
    }
}

// A register that no instruction names, holding a copy of `slot`.
static uint8_t map_add_copy(map_program *p, uint8_t slot) {
    uint8_t copy = (uint8_t)(MAP_HIDDEN + p->hidden++);
    p->slot[copy] = map_take_floats(p, p->block + VL);
    map_add_step(p, map_is_constant(p, slot) ? map_expand : map_copy, copy, &slot, 1);
    return copy;
}

// Whether some output lies where this input does.
static bool map_is_overwritten(const strata_map_args *args, uint8_t input) {
    for (int32_t i = 0; i < args->output_count; i++)
        if (args->outputs[i].pointer == args->inputs[input].pointer) return true;
    return false;
}

// An output is written by the step that computes it (then true), unless a later step still reads an
// input there.
static bool map_place_output(map_program *p, int32_t output, uint8_t source) {
    int32_t last = p->step_count - 1;
    while (last >= 0 && p->steps[last].destination != source) last--;
    bool direct = source < MAP_OUTPUT;
    for (int32_t i = last + 1; direct && i < p->step_count; i++)
        for (int32_t j = 0; j < 3; j++) {
            uint8_t read = p->steps[i].source[j];
            if (read < MAP_REGISTER && p->args->inputs[read].pointer == p->args->outputs[output].pointer)
                direct = false;
        }
    uint8_t slot = (uint8_t)(MAP_OUTPUT + output);
    if (!direct) {
        map_add_step(p, map_copy, slot, &source, 1);
        return false;
    }
    p->steps[last].destination = slot;
    for (int32_t i = last + 1; i < p->step_count; i++)
        for (int32_t j = 0; j < 3; j++)
            if (p->steps[i].source[j] == source) p->steps[i].source[j] = slot;
    for (int32_t i = 0; i < p->args->reduction_count; i++)
        if (p->reduced[i] == source) p->reduced[i] = slot;
    return true;
}

// Lays out scratch (its size is the result) and, if there is any, makes the call's constants.
static int64_t map_prepare(map_program *p, const strata_map_args *args, void *scratch, int64_t elements) {
    p->args = args;
    p->base = scratch;
    p->used = 0;
    p->step_count = p->hidden = 0;
    p->block = map_block_size(args);
    map_prepare_inputs(p, elements);
    for (int32_t i = 0; i < args->register_count; i++) p->slot[MAP_REGISTER + i] = map_take_floats(p, p->block + VL);
    for (int32_t i = 0; i < args->instruction_count; i++) {
        const strata_instruction *instruction = &args->instructions[i];
        int32_t arity = map_arity[instruction->op];
        uint8_t source[3] = {0}, destination = MAP_REGISTER + instruction->destination;
        for (int32_t j = 0; j < arity; j++) source[j] = p->place[instruction->source[j]];
        bool constant = true;
        for (int32_t j = 0; j < arity; j++) constant = constant && map_is_constant(p, source[j]);
        p->place[destination] = constant ? (uint8_t)(MAP_CONSTANT + i) : destination;
        if (!constant) {
            map_add_step(p, map_operations[instruction->op], destination, source, arity);
            continue;
        }
        float *result = p->slot[MAP_CONSTANT + i] = map_take_floats(p, VL);
        const float *sources[3] = {p->slot[source[0]], p->slot[source[1]], p->slot[source[2]]};
        if (p->base) map_operations[instruction->op](result, sources, VL, (1 << arity) - 1, 0);
    }
    // Results that are inputs or constants are copied into registers first; so is an input that is
    // both reduced and overwritten.
    uint8_t output[STRATA_MAX_OUTPUTS];
    for (int32_t i = 0; i < args->output_count; i++) {
        output[i] = p->place[args->outputs[i].source];
        if (output[i] < MAP_REGISTER || map_is_constant(p, output[i])) output[i] = map_add_copy(p, output[i]);
        p->small_output[i] = map_take_floats(p, VL);
    }
    for (int32_t i = 0; i < args->reduction_count; i++) {
        uint8_t slot = p->place[args->reductions[i].source];
        bool overwritten = slot < MAP_REGISTER && map_is_overwritten(args, slot);
        p->reduced[i] = overwritten || map_is_constant(p, slot) ? map_add_copy(p, slot) : slot;
        p->accumulator[i] = map_take(p, p->block * (int64_t)sizeof(double));
    }
    if (args->reduction_count > 0) p->sum = map_take_floats(p, p->block + VL);
    for (int32_t i = 0; i < args->output_count; i++) {
        uint8_t source = output[i];
        if (!map_place_output(p, i, source)) continue;
        for (int32_t j = i + 1; j < args->output_count; j++)  // a register may be two outputs
            if (output[j] == source) output[j] = (uint8_t)(MAP_OUTPUT + i);
    }
    return p->used;
}
