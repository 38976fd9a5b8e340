// Elementwise programs: a block of elements at a time goes through all instructions, in registers
// that stay in the first-level cache. Dense operands and results are used where they lie.
#include "elementary.h"
#include "random.h"

#include "map_operations.h"
#include "map_operands.h"
#include "map_reduction.h"
#include "map_program.h"

// Runs elements start ..< start + count through the program.
static void map_block(map_program *p, int64_t start, int64_t count) {
    const strata_map_args *args = p->args;
    bool small = count < VL;  // operands and results that lie elsewhere are then copied, to have VL elements
    int64_t padded = MAX(count, VL);
    for (int32_t i = 0; i < args->input_count; i++) {
        const strata_operand *operand = &args->inputs[i];
        const float *x = operand->pointer;
        switch (operand->kind) {
        case STRATA_OPERAND_FULL:
            p->slot[i] = (float *)x + start;
            if (small) p->slot[i] = memcpy(p->buffer[i], x + start, (size_t)count * sizeof(float));
            break;
        case STRATA_OPERAND_PERIODIC: {
            int64_t offset = start % operand->period;
            if (operand->period <= p->block) {
                p->slot[i] = p->buffer[i] + offset;
            } else if (offset + padded <= operand->period) {
                p->slot[i] = (float *)x + offset;
            } else {
                p->slot[i] = p->buffer[i];
                map_repeat(p->buffer[i], x, operand->period, offset, count);
            }
            break;
        }
        case STRATA_OPERAND_STRIDED:
            map_strided_load(&p->strided[i], p->buffer[i], start, count);
            break;
        }
    }
    for (int32_t i = 0; i < args->output_count; i++)
        p->slot[MAP_OUTPUT + i] = small ? p->small_output[i] : args->outputs[i].pointer + start;
    for (int32_t i = 0; i < p->step_count; i++) {
        const map_step *step = &p->steps[i];
        const float *sources[3] = {p->slot[step->source[0]], p->slot[step->source[1]], p->slot[step->source[2]]};
        step->run(p->slot[step->destination], sources, padded, step->varying, start);
    }
    if (small)
        for (int32_t i = 0; i < args->output_count; i++)
            memcpy(args->outputs[i].pointer + start, p->small_output[i], (size_t)count * sizeof(float));
}

// Whole slices of `slice` elements that fit into a block, several a block.
static void map_small_slices(map_program *p, int64_t start, int64_t end, int64_t slice, int64_t row, bool adds) {
    const strata_map_args *args = p->args;
    int64_t inner = args->inner, width = reduction_width(slice, inner);
    bool vectors = width >= VL && slice >= 2 * VL;
    int64_t slices = p->block / slice;
    for (; start < end; start += slices * slice, row += slices) {
        int64_t count = MIN(slices * slice, end - start);
        map_block(p, start, count);
        for (int32_t i = 0; i < args->reduction_count; i++) {
            const strata_map_reduction *reduction = &args->reductions[i];
            const float *x = p->slot[p->reduced[i]];
            for (int64_t s = 0; s * slice < count; s++) {
                float *result = reduction->pointer + (row + s) * inner;
                if (vectors) {
                    reduce_begin(p->accumulator[i], width, reduction->kind);
                    reduce_block(p->accumulator[i], p->sum, x + s * slice, slice, width, reduction->kind);
                    reduce_finish(p->accumulator[i], width, inner, result, adds, reduction->kind);
                } else {
                    reduce_small(x + s * slice, slice / inner, inner, result, adds, reduction->kind);
                }
            }
        }
    }
}

// One slice longer than a block: rows of `inner`, or panels of their columns if they are long too.
static void map_large_slice(map_program *p, int64_t start, int64_t end, int64_t row, bool adds) {
    const strata_map_args *args = p->args;
    int64_t inner = args->inner;
    for (int64_t column = 0; column < inner; column += p->block) {
        int64_t columns = MIN(p->block, inner - column);
        int64_t width = inner > p->block ? columns : reduction_width(p->block, inner);
        int64_t count = inner > p->block ? columns : p->block / inner * inner;
        for (int32_t i = 0; i < args->reduction_count; i++)
            reduce_begin(p->accumulator[i], width, args->reductions[i].kind);
        for (int64_t first = start; first < end; first += MAX(count, inner)) {
            int64_t length = MIN(count, end - first);
            map_block(p, first + column, length);
            for (int32_t i = 0; i < args->reduction_count; i++)
                reduce_block(p->accumulator[i], p->sum, p->slot[p->reduced[i]], length, width,
                             args->reductions[i].kind);
        }
        for (int32_t i = 0; i < args->reduction_count; i++)
            reduce_finish(p->accumulator[i], width, columns, args->reductions[i].pointer + row * inner + column, adds,
                          args->reductions[i].kind);
    }
}

static void map_reducing_unit(map_program *p, int64_t unit, int64_t total) {
    const strata_map_args *args = p->args;
    int64_t start = unit * args->unit_elements, end = MIN(start + args->unit_elements, total);
    if (args->partials > 0) {
        int64_t slice = end - start, partial = unit / args->units_per_partial;
        bool adds = unit % args->units_per_partial != 0;
        if (slice <= p->block)
            map_small_slices(p, start, end, slice, partial, adds);
        else
            map_large_slice(p, start, end, partial, adds);
        return;
    }
    int64_t slice = args->mid * args->inner;
    if (slice <= p->block) return map_small_slices(p, start, end, slice, start / slice, false);
    for (; start < end; start += slice) map_large_slice(p, start, start + slice, start / slice, false);
}

static void map(const void *arguments, int64_t begin, int64_t end, void *scratch) {
    const strata_map_args *args = arguments;
    int64_t total = 1;
    for (int32_t d = 0; d < args->rank; d++) total *= args->dims[d];
    int64_t start = begin * args->unit_elements, stop = MIN(end * args->unit_elements, total);
    if (start >= stop) return;
    map_program program;
    map_prepare(&program, args, scratch, stop - start);
    if (args->reduction_count > 0) {
        for (int64_t unit = begin; unit < end; unit++) map_reducing_unit(&program, unit, total);
        return;
    }
    while (start < stop) {
        // The last block takes a rest that would not fill a vector.
        int64_t count = stop - start < program.block + VL ? stop - start : program.block;
        map_block(&program, start, count);
        start += count;
    }
}

static int64_t map_scratch_size(const strata_map_args *args) {
    map_program program;
    return map_prepare(&program, args, NULL, 0);
}

#define MAP_KERNELS .map = map, .combine = combine, .map_scratch_size = map_scratch_size
