using Redoubt.Proof.Isa;

namespace Redoubt.Proof.Execution;

/// <summary>
/// A machine that runs a program on numbers: registers, memory as words of 64 bits, system registers as they were last written.
/// </summary>
public sealed class Machine : IState<Word>
{
    private readonly ulong[] _registers = new ulong[32];
    private readonly ulong[] _vectors = new ulong[64];
    private ulong? _mark;

    /// <summary>Memory by address of its 64-bit cells; what was never written is not there.</summary>
    public Dictionary<ulong, ulong> Memory { get; } = [];

    /// <summary>System registers by their encoding.</summary>
    public Dictionary<int, ulong> System { get; } = [];

    public Flags<Word> Flags { get; set; }

    /// <summary>x0 to x30, then the stack pointer.</summary>
    public Span<ulong> Registers => _registers;

    /// <summary>V0 to V31, two words each.</summary>
    public Span<ulong> Vectors => _vectors;

    public Word this[int register]
    {
        get => new(_registers[register]);
        set => _registers[register] = value.Value;
    }

    /// <summary>Carries out one instruction; returns the address of the next.</summary>
    /// <exception cref="InvalidOperationException">There is none: an exception return or a call of the firmware.</exception>
    public ulong Step(ulong address, uint word)
    {
        Flow<Word> flow = Interpreter<Word>.Execute(Decoder.Decode(address, word), this);
        switch (flow.Kind)
        {
            case FlowKind.Next:
                return address + 4;
            case FlowKind.Jump:
                return flow.Target;
            case FlowKind.Call:
                _registers[30] = address + 4;
                return flow.Target;
            case FlowKind.Fork:
                return flow.Condition.Value != 0 ? flow.Target : address + 4;
            case FlowKind.Indirect or FlowKind.Return:
                return flow.Register.Value;
            default:
                throw new InvalidOperationException($"0x{address:x}: {flow.Kind}");
        }
    }

    public Word Load(Word address, int size, bool probe)
    {
        ulong low = Cell(address.Value) >> (int)(address.Value % 8 * 8);
        return new(size == 8 ? low : low & ((1UL << (size * 8)) - 1));
    }

    public void Store(Word address, int size, Word value)
    {
        int shift = (int)(address.Value % 8 * 8);
        ulong mask = (size == 8 ? ~0UL : (1UL << (size * 8)) - 1) << shift;
        ulong cell = Memory.GetValueOrDefault(address.Value & ~7UL);
        Memory[address.Value & ~7UL] = (cell & ~mask) | ((value.Value << shift) & mask);
    }

    public Word LoadExclusive(Word address, int size)
    {
        _mark = address.Value;
        return Load(address, size, false);
    }

    public Word StoreExclusive(Word address, int size, Word value)
    {
        bool marked = _mark == address.Value;
        _mark = null;
        if (marked)
            Store(address, size, value);
        return new(marked ? 0UL : 1);
    }

    public void LoadVector(int register, Word address)
    {
        _vectors[register * 2] = Cell(address.Value);
        _vectors[(register * 2) + 1] = Cell(address.Value + 8);
    }

    public void StoreVector(int register, Word address)
    {
        Memory[address.Value] = _vectors[register * 2];
        Memory[address.Value + 8] = _vectors[(register * 2) + 1];
    }

    public Word ReadSystem(int register) => new(System[register]);

    public void WriteSystem(int register, Word value) => System[register] = value.Value;

    public void Maintain(int operation, Word value)
    {
        // Caches and TLBs hold nothing here.
    }

    public void Barrier(Instruction barrier)
    {
        // Everything happens in order here.
    }

    public void MaskInterrupts(ulong mask)
    {
        // There are no interrupts here.
    }

    public void SelectStack(ulong stack)
    {
        // The stack pointer of the exception level is the only one.
    }

    private ulong Cell(ulong address) => Memory.TryGetValue(address & ~7UL, out ulong cell) ? cell
        : throw new InvalidOperationException($"nothing was ever written at 0x{address:x}");
}
