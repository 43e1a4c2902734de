using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>
/// Real traps of the kernel in QEMU, carried out once more by the interpreter. What the interpreter can't know (system registers that hardware or the
/// vCPU has set, registers of devices, vector registers) it takes from QEMU; wherever it does so, and at the end, all registers have to agree, and at the end the state
/// of the CPU and of its vCPUs, too. For one CPU.
/// </summary>
/// <param name="debugger">The machine.</param>
/// <param name="kernel">The kernel that it runs.</param>
internal sealed class TrapReplay(Debugger debugger, ElfProgram kernel)
{
    private const int LastRegister = 30, CellBytes = 8, FlagShift = 28;
    private const uint ModeAndMasks = 0x3cf, MaskedEl2h = 0x3c9;

    /// <summary>Names that QEMU has for registers whose AArch32 view is the same register.</summary>
    private static readonly Dictionary<string, string> NamesInQemu = new() { ["SCTLR_EL1"] = "SCTLR", ["VBAR_EL1"] = "VBAR" };

    private static readonly Dictionary<int, RegisterBehaviour> Behaviours = RegisterTable.Together(Harness.Plain).Concat(RegisterTable.Alone(Harness.Plain)).ToDictionary(register => register.Register);

    private static readonly ulong StateStart = KernelLayout.Vcpus.Base, StateEnd = KernelLayout.Stacks.Base + (KernelLayout.Stacks.Stride * KernelLayout.Stacks.Count);

    private readonly Machine _machine = new();
    private readonly Dictionary<int, ulong> _written = [];
    private readonly Dictionary<ulong, Instruction> _decoded = [];
    private bool _stale = true, _knowsVectors;
    private ulong? _acknowledged;

    /// <summary>Values of system registers that were compared at the ends of traps.</summary>
    public int RegistersCompared { get; private set; }

    /// <summary>Instructions carried out.</summary>
    public long Instructions { get; private set; }

    /// <summary>The kernel has run without the interpreter: its state has to be read again.</summary>
    public void Forget() => _stale = true;

    /// <summary>After a trap that ended with WFI: runs until an interrupt ends it. WFI changes no register. False if the machine was switched off.</summary>
    public bool Wake()
    {
        ulong next = debugger.Read().Pc + 4;
        if (!debugger.RunTo(next))
            return false;
        Compare(next);
        return true;
    }

    /// <summary>Replays from where the machine stands, which has a breakpoint. Returns how it ended (ERET or WFI) and the interrupt that was acknowledged, or null if the machine was switched off.</summary>
    public (FlowKind How, ulong? Intid)? Run(bool atBreakpoint)
    {
        Debugger.Registers now = debugger.Read();
        Expect((now.Pstate & ModeAndMasks) == MaskedEl2h, now.Pc, $"PSTATE is {now.Pstate:x}");
        if (_stale)
            ReadMemory();
        _stale = true;
        (_knowsVectors, _acknowledged) = (false, null);
        _written.Clear();
        now.General.CopyTo(_machine.Registers);
        _machine.Registers[LastRegister + 1] = now.Stack;
        Word Flag(int bit) => new((now.Pstate >> bit) & 1);
        _machine.Flags = new(Flag(31), Flag(30), Flag(29), Flag(28));
        if (atBreakpoint)
            debugger.Step();
        ulong pc = now.Pc;
        for (; ; Instructions++)
        {
            Instruction instruction = Decode(pc);
            switch (instruction.Opcode)
            {
                case Opcode.ExceptionReturn or Opcode.WaitForInterrupt:
                    if (!debugger.RunTo(pc))
                        return null;
                    CompareAll(pc);
                    _stale = false;
                    return (instruction.Opcode == Opcode.ExceptionReturn ? FlowKind.ExceptionReturn : FlowKind.Wait, _acknowledged);
                case Opcode.SecureCall:
                    return null;
                case Opcode.ReadSystem:
                    if (!debugger.RunTo(pc + 4))
                        return null;
                    ReadSystem(pc, instruction);
                    break;
                case Opcode.Load when IsDevice(instruction):
                    if (!debugger.RunTo(pc + 4))
                        return null;
                    _machine.Registers[instruction.Rd] = Compare(pc + 4, instruction.Rd).General[instruction.Rd];
                    pc += 4;
                    continue;
                case Opcode.StoreVectorPair when !_knowsVectors:
                    // Nothing of EL2 has changed them since the trap.
                    debugger.ReadVectors().CopyTo(_machine.Vectors);
                    _knowsVectors = true;
                    break;
                case Opcode.LoadVectorPair:
                    _knowsVectors = true;
                    break;
                case Opcode.WriteSystem:
                    _written[instruction.System] = instruction.Rd == LastRegister + 1 ? 0 : _machine.Registers[instruction.Rd];
                    break;
            }

            bool device = instruction.Opcode == Opcode.Store && IsDevice(instruction);
            ulong address = device ? AddressOf(instruction) : 0;
            pc = _machine.Step(pc, kernel.InstructionAt(pc)!.Value);
            if (device)
                _machine.Memory.Remove(address & ~7UL);
        }
    }

    private Instruction Decode(ulong pc)
    {
        if (!_decoded.TryGetValue(pc, out Instruction instruction))
            _decoded[pc] = instruction = Decoder.Decode(pc, kernel.InstructionAt(pc) ?? throw new InvalidOperationException($"0x{pc:x} is outside of the kernel"));
        return instruction;
    }

    /// <summary>An access that is not to memory: base and offset, as the kernel's routines for devices have it.</summary>
    private bool IsDevice(Instruction access) =>
        access.Addressing == Addressing.Offset && access.Operand == Operand.Immediate && access.Rn <= LastRegister && AddressOf(access) is var address
        && (address < Layout.LoadBase || address >= Layout.Config + Layout.ConfigSize);

    private ulong AddressOf(Instruction access) => _machine.Registers[access.Rn] + access.Immediate;

    /// <summary>A register is read: QEMU's value is taken, and if it was written in this trap it must be what was written.</summary>
    private void ReadSystem(ulong pc, Instruction instruction)
    {
        ulong value = Compare(pc + 4, instruction.Rd).General[instruction.Rd];
        if (_written.TryGetValue(instruction.System, out ulong written))
            Expect(Agrees(instruction.System, written, value), pc, $"reads {SystemRegisters.Name(instruction.System)} as 0x{value:x} after 0x{written:x} was written");
        _machine.System[instruction.System] = value;
        if (instruction.System == SystemRegisters.IccIar1El1)
            _acknowledged = value;
    }

    private static bool Agrees(int register, ulong written, ulong value)
    {
        RegisterBehaviour behaviour = Behaviours.GetValueOrDefault(register, new(register));
        return (value & ~behaviour.Free) == ((written & behaviour.Kept) | behaviour.Ones);
    }

    /// <summary>All registers agree with QEMU's, one excepted.</summary>
    private Debugger.Registers Compare(ulong pc, int except = LastRegister + 1)
    {
        Debugger.Registers now = debugger.Read();
        Expect(now.Pc == pc, pc, $"QEMU is at 0x{now.Pc:x}");
        for (int register = 0; register <= LastRegister; register++)
        {
            if (register != except)
                Expect(now.General[register] == _machine.Registers[register], pc, $"x{register} is 0x{_machine.Registers[register]:x}, on QEMU 0x{now.General[register]:x}");
        }

        Expect(now.Stack == _machine.Registers[LastRegister + 1], pc, $"the stack pointer is 0x{_machine.Registers[LastRegister + 1]:x}, on QEMU 0x{now.Stack:x}");
        ulong flags = (_machine.Flags.Negative.Value << 3) | (_machine.Flags.Zero.Value << 2) | (_machine.Flags.Carry.Value << 1) | _machine.Flags.Overflow.Value;
        Expect(now.Pstate >> FlagShift == flags, pc, $"NZCV is {flags:x}, on QEMU {now.Pstate >> FlagShift:x}");
        return now;
    }

    /// <summary>Registers, system registers that were written, vector registers if they were touched, and the kernel's state agree with QEMU's.</summary>
    private void CompareAll(ulong pc)
    {
        Compare(pc);
        foreach ((int register, ulong value) in _written)
        {
            string name = SystemRegisters.Name(register);
            if (debugger.ReadSystem(NamesInQemu.GetValueOrDefault(name, name)) is not { } found)
                continue;
            RegistersCompared++;
            Expect(Agrees(register, value, found), pc, $"{name} is 0x{value:x}, on QEMU 0x{found:x}");
        }

        if (_knowsVectors)
            Expect(debugger.ReadVectors().AsSpan().SequenceEqual(_machine.Vectors), pc, "vector registers differ");
        CompareMemory(pc, KernelLayout.Vcpus.Base, KernelLayout.Vcpus.Stride * (ulong)Limits.VcpusPerCpu);
        CompareMemory(pc, KernelLayout.Cpus.Base, KernelLayout.Cpus.Stride);
    }

    /// <summary>What does not belong to the CPU is as it was.</summary>
    public void CompareRest()
    {
        ulong pc = debugger.Read().Pc, ours = KernelLayout.Vcpus.Stride * (ulong)Limits.VcpusPerCpu, cpu = KernelLayout.Cpus.Base + KernelLayout.Cpus.Stride;
        CompareMemory(pc, KernelLayout.Vcpus.Base + ours, (KernelLayout.Vcpus.Stride * KernelLayout.Vcpus.Count) - ours);
        CompareMemory(pc, cpu, KernelLayout.Stacks.Base - cpu);
    }

    private void CompareMemory(ulong pc, ulong start, ulong size)
    {
        byte[] state = debugger.ReadMemory(start, (int)size);
        for (int at = 0; at < state.Length; at += CellBytes)
        {
            ulong cell = BitConverter.ToUInt64(state, at), ours = _machine.Memory[start + (ulong)at];
            Expect(cell == ours, pc, $"the word at 0x{start + (ulong)at:x} is 0x{ours:x}, on QEMU 0x{cell:x}");
        }
    }

    private void ReadMemory()
    {
        void Put(ulong address, ReadOnlySpan<byte> bytes)
        {
            for (int at = 0; at + CellBytes <= bytes.Length; at += CellBytes)
            {
                _machine.Memory[address + (ulong)at] = BitConverter.ToUInt64(bytes[at..]);
            }
        }

        if (_machine.Memory.Count == 0)
        {
            foreach (Segment segment in kernel.Segments.Where(segment => !segment.Writable))
            {
                Put(segment.Address, segment.Content);
            }

            Put(Layout.Config, debugger.ReadMemory(Layout.Config, (int)Layout.ConfigSize));
            Put(StateStart, debugger.ReadMemory(StateStart, (int)(StateEnd - StateStart)));
        }

        foreach (Region region in new[] { KernelLayout.Vcpus, KernelLayout.Cpus, KernelLayout.Stacks })
        {
            ulong owned = region == KernelLayout.Vcpus ? (ulong)Limits.VcpusPerCpu : 1;
            Put(region.Base, debugger.ReadMemory(region.Base, (int)(region.Stride * owned)));
        }
    }

    private static void Expect(bool holds, ulong pc, string message)
    {
        if (!holds)
            throw new InvalidOperationException($"at 0x{pc:x}: {message}");
    }
}
