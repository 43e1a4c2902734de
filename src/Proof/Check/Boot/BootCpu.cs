using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;
using static Redoubt.Proof.Check.Boot.BootRegisters;

namespace Redoubt.Proof.Check.Boot;

/// <summary>A processor at EL2, from reset to its first ERET: registers, and memory through its own translation tables once they are on.</summary>
/// <param name="machine">What it shares with the others.</param>
/// <param name="number">Its number.</param>
internal sealed class BootCpu(BootMachine machine, int number) : IState<Word>
{
    private const ulong InitialTime = 1000;

    private readonly ulong[] _registers = new ulong[32];
    private readonly ulong[] _vectors = new ulong[64];
    private readonly Dictionary<int, ulong> _system = [];
    private readonly Ordering _ordering = new();
    private Translation? _translation;
    private (ulong Page, BootMemory.Page Content)? _code;
    private ulong? _mark;
    private ulong _time = InitialTime;

    public int Number => number;

    /// <summary>Address of the next instruction.</summary>
    public ulong Pc { get; set; }

    /// <summary>How it ended: with ERET or WFI.</summary>
    public FlowKind End { get; private set; }

    /// <summary>Instructions that it has executed.</summary>
    public long Instructions { get; private set; }

    public Flags<Word> Flags { get; set; }

    public ReadOnlySpan<ulong> Vectors => _vectors;

    public Word this[int register]
    {
        get => new(_registers[register]);
        set => _registers[register] = value.Value;
    }

    private Translation Mmu => _translation ??= new Translation(machine.Memory, Register);

    /// <summary>Value of a system register.</summary>
    /// <exception cref="BootException">Nothing has written it.</exception>
    public ulong Register(int register) => _system.TryGetValue(register, out ulong value) ? value
        : throw new BootException($"reads {Name(register)}, which nothing has set");

    /// <summary>Value of a system register, or null if nothing has written it.</summary>
    public ulong? RegisterIfSet(int register) => _system.TryGetValue(register, out ulong value) ? value : null;

    /// <summary>Runs until the first ERET or WFI.</summary>
    /// <param name="limit">Most instructions.</param>
    public void Run(long limit)
    {
        while (Step())
        {
            if (++Instructions > limit)
                throw new BootException($"does not come to an end within {limit} instructions");
        }
    }

    public Word Load(Word address, int size, bool probe) => new(Load(address.Value, size));

    public void Store(Word address, int size, Word value) => Store(address.Value, size, value.Value);

    public Word LoadExclusive(Word address, int size)
    {
        _mark = address.Value;
        return new(Load(address.Value, size, exclusive: true));
    }

    public Word StoreExclusive(Word address, int size, Word value)
    {
        bool marked = _mark == address.Value;
        _mark = null;
        if (marked)
            Store(address.Value, size, value.Value, exclusive: true);
        return Word.Truth(!marked);
    }

    public void LoadVector(int register, Word address)
    {
        _ordering.UseVectors();
        _vectors[register * 2] = Load(address.Value, 8);
        _vectors[(register * 2) + 1] = Load(address.Value + 8, 8);
    }

    public void StoreVector(int register, Word address)
    {
        _ordering.UseVectors();
        Store(address.Value, 8, _vectors[register * 2]);
        Store(address.Value + 8, 8, _vectors[(register * 2) + 1]);
    }

    public Word ReadSystem(int register) => new(
        register == SystemRegisters.CntpctEl0 ? _time++
        : machine.Processor.Constant(register) ?? Register(register));

    public void WriteSystem(int register, Word value)
    {
        if (!BootMachine.Writable.Contains(register))
            throw new BootException($"writes {Name(register)}, which boot has no use for");
        _ordering.Write(register, value.Value);
        _system[register] = value.Value;
        if (register == SctlrEl2)
            Mmu.Switch(value.Value);
    }

    public void Maintain(int operation, Word value)
    {
        if (!BootMachine.Operations.Contains(operation))
            throw new BootException($"uses {Name(operation)}, which boot has no use for");
        _ordering.Maintain(operation);
        if (operation == TlbiAlle2)
            Forget();
    }

    public void Barrier(Instruction barrier) => _ordering.Barrier(barrier);

    public void MaskInterrupts(ulong mask)
    {
        // They are masked from the beginning (booting.rst; PSCI, DEN0022 6.4).
    }

    public void SelectStack(ulong stack)
    {
        if (stack != 1)
            throw new BootException("selects the stack of EL0");
    }

    private bool Step()
    {
        Instruction instruction = Fetch();
        if (instruction.Opcode != Opcode.Barrier)
            _ordering.Begin();
        Flow<Word> flow = Interpreter<Word>.Execute(instruction, this);
        switch (flow.Kind)
        {
            case FlowKind.Next:
                Pc += 4;
                return true;
            case FlowKind.Jump:
                Pc = flow.Target;
                return true;
            case FlowKind.Call:
                _registers[30] = Pc + 4;
                Pc = flow.Target;
                return true;
            case FlowKind.Fork:
                Pc = flow.Condition.Value != 0 ? flow.Target : Pc + 4;
                return true;
            case FlowKind.Indirect or FlowKind.Return:
                Pc = flow.Register.Value;
                return true;
            case FlowKind.SecureCall:
                _registers[0] = machine.CallFirmware(this);
                Pc += 4;
                return true;
            case FlowKind.ExceptionReturn:
                _ordering.Return();
                End = flow.Kind;
                return false;
            case FlowKind.Wait:
                End = flow.Kind;
                return false;
            default:
                throw new BootException("reaches a breakpoint, where something that must not happen has happened");
        }
    }

    private Instruction Fetch()
    {
        const ulong PageMask = BootMemory.PageSize - 1;
        if ((Pc & 3) != 0)
            throw new BootException("branches to an address that is no instruction's");
        if (_code is not { } code || code.Page != (Pc & ~PageMask))
        {
            Translation.Entry? entry = Mmu.Of(Pc);
            ulong physical = Mmu.Physical(Pc, entry);
            if (entry is { Executable: false } or { Device: true } || !machine.Memory.Has(physical))
                throw new BootException("executes what it may not execute");
            _code = code = (Pc & ~PageMask, machine.Memory.At(physical));
        }

        int offset = (int)(Pc & PageMask);
        Instruction?[] decoded = code.Content.Decoded ??= new Instruction?[BootMemory.PageSize / 4];
        if (decoded[offset / 4] is not { } instruction)
            decoded[offset / 4] = instruction = Decoder.Decode(Pc, (uint)machine.Memory.Load(code.Content.Address + (ulong)offset, 4));
        machine.Execute(Pc);
        return instruction;
    }

    private ulong Load(ulong address, int size, bool exclusive = false)
    {
        ulong physical = Access(address, size, write: false, exclusive);
        return machine.Memory.Has(physical) ? machine.Memory.Load(physical, size) : machine.DeviceAt(physical)!.Load(physical, size);
    }

    private void Store(ulong address, int size, ulong value, bool exclusive = false)
    {
        ulong physical = Access(address, size, write: true, exclusive);
        if (machine.Memory.Has(physical))
            machine.Memory.Store(physical, size, value);
        else
            machine.DeviceAt(physical)!.Store(physical, size, value);
    }

    /// <summary>The physical address of an access that may take place.</summary>
    private ulong Access(ulong address, int size, bool write, bool exclusive)
    {
        if ((address & (ulong)(size - 1)) != 0)
            throw new BootException($"uses {size} bytes at 0x{address:x}, which is not aligned");
        Translation.Entry? entry = Mmu.Of(address);
        ulong physical = Mmu.Physical(address, entry);
        if (write && entry is { Writable: false })
            throw new BootException($"writes 0x{address:x}, which its tables make read-only");
        bool memory = machine.Memory.Has(physical);
        if (!memory && machine.DeviceAt(physical) is null)
            throw new BootException($"uses 0x{physical:x}, where there is neither memory nor a device that boot has a use for");
        if (entry is not null && entry.Device == memory)
            throw new BootException($"uses 0x{physical:x} as {(memory ? "a device" : "memory")}, which it is not");
        if (exclusive && entry is null)
            throw new BootException($"uses 0x{physical:x} exclusively before memory is cacheable");
        machine.Guard(number, physical, write, exclusive);
        return physical;
    }

    private void Forget()
    {
        Mmu.Forget();
        _code = null;
    }
}
