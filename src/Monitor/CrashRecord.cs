using System;
using System.Runtime.CompilerServices;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor;

/// <summary>What a guest did that can't be served.</summary>
public enum CrashCause
{
    /// <summary>An instruction fetch outside its memory.</summary>
    Fetch,

    /// <summary>A memory error (SError).</summary>
    Error,

    /// <summary>An access to a device that the syndrome does not describe.</summary>
    Device,
}

/// <summary>A guest's last crash, kept for a person to read. All zero: it never crashed.</summary>
public struct CrashRecord
{
    private const int PerLine = 4, General = 31;

    private ulong _start;
    private CrashCause _cause;
    private int _vcpu;
    private Exit _fault;
    private Registers _registers;
    private Accounts _accounts;
    private Exits _exits;
    private DmaSummary _refused;

    /// <summary>Records what a faulted vCPU of the calling CPU did.</summary>
    /// <param name="vcpu">Its number.</param>
    /// <param name="cause">What it did.</param>
    /// <param name="start">Which start of the guest this was, from 1.</param>
    /// <param name="fault">Its fault.</param>
    /// <param name="exits">Its last exits.</param>
    /// <param name="refused">What its devices were refused.</param>
    public void Take(int vcpu, CrashCause cause, ulong start, in Arrival fault, ref readonly Exits exits, ref readonly DmaSummary refused)
    {
        _start = start;
        _cause = cause;
        _vcpu = vcpu;
        _fault.Syndrome = fault.Syndrome;
        _fault.Address = fault.Address;
        _fault.Value = fault.V0;
        for (int i = 0; i < Registers.Count; i++)
            Kernel.ReadRegister(Machine.Slot(vcpu), Number(i), out _registers[i]);
        for (int i = 0; i < Accounts.Count; i++)
            Kernel.Account(Machine.Slot(vcpu), (ulong)i, out _accounts[i]);
        _exits.CopyFrom(in exits);
        _refused.CopyFrom(in refused);
    }

    /// <summary>Writes it.</summary>
    public readonly void Write(ref ConsoleWriter console)
    {
        console.Write("\r\n*** "u8);
        console.Write(in Self.Manifest.Guest.Name);
        if (_start == 0)
        {
            console.WriteLine(" has not crashed"u8);
            return;
        }

        console.Write(" crashed: "u8);
        console.WriteLine(Cause(_cause));
        console.Write("start "u8);
        console.WriteDecimal(_start);
        console.Write(" vCPU "u8);
        console.WriteDecimal((ulong)_vcpu);
        Field(ref console, " syndrome "u8, _fault.Syndrome);
        Field(ref console, " address "u8, _fault.Address);
        Field(ref console, " value "u8, _fault.Value);
        console.WriteLine(""u8);
        WriteGeneral(ref console);
        WriteSystem(ref console);
        WriteAccounts(ref console);
        console.WriteLine("last exits, latest first: kind, pc, syndrome, address, value"u8);
        for (int age = 0; age < _exits.Count; age++)
            WriteExit(ref console, in _exits[age]);
        _refused.Write(ref console);
        console.WriteLine("*** end of the record"u8);
    }

    private static ReadOnlySpan<byte> Cause(CrashCause cause) => cause switch
    {
        CrashCause.Fetch => "it ran code outside its memory"u8,
        CrashCause.Error => "a memory error was reported to it (SError)"u8,
        _ => "it accessed a device with an instruction that can't be emulated"u8,
    };

    // Abi.Register of the registers in the order in which they are written.
    private static ulong Number(int index) => index switch
    {
        < General => (ulong)index,
        31 => Register.Pc,
        32 => Register.Pstate,
        33 => Register.SpEl0,
        34 => Register.SpEl1,
        35 => Register.ElrEl1,
        36 => Register.SpsrEl1,
        37 => Register.EsrEl1,
        38 => Register.FarEl1,
        39 => Register.VbarEl1,
        40 => Register.SctlrEl1,
        41 => Register.Ttbr0El1,
        42 => Register.Ttbr1El1,
        43 => Register.TcrEl1,
        _ => Register.TpidrEl1,
    };

    private static ReadOnlySpan<byte> Label(int index) => index switch
    {
        31 => " pc "u8,
        32 => " pstate "u8,
        33 => " sp_el0 "u8,
        34 => " sp_el1 "u8,
        35 => " elr_el1 "u8,
        36 => " spsr_el1 "u8,
        37 => " esr_el1 "u8,
        38 => " far_el1 "u8,
        39 => " vbar_el1 "u8,
        40 => " sctlr_el1 "u8,
        41 => " ttbr0_el1 "u8,
        42 => " ttbr1_el1 "u8,
        43 => " tcr_el1 "u8,
        _ => " tpidr_el1 "u8,
    };

    private readonly void WriteGeneral(ref ConsoleWriter console)
    {
        for (int i = 0; i < General; i++)
        {
            console.Write(i < 10 ? "  x"u8 : " x"u8);
            console.WriteDecimal((ulong)i);
            Field(ref console, " "u8, _registers[i]);
            if (i % PerLine == PerLine - 1 || i == General - 1)
                console.WriteLine(""u8);
        }
    }

    private readonly void WriteSystem(ref ConsoleWriter console)
    {
        for (int i = General; i < Registers.Count; i++)
        {
            Field(ref console, Label(i), _registers[i]);
            // PC and PSTATE, then lines of four.
            if ((i - General) % PerLine == 1)
                console.WriteLine(""u8);
        }
    }

    private readonly void WriteAccounts(ref ConsoleWriter console)
    {
        console.Write("in all its time:"u8);
        for (int i = 0; i < Accounts.Count; i++)
        {
            console.Write((ulong)i switch
            {
                AccountItem.Runtime => " ticks "u8,
                AccountItem.Calls => " calls "u8,
                AccountItem.Faults => " faults "u8,
                AccountItem.Registers => " registers "u8,
                AccountItem.Interrupts => " interrupts "u8,
                _ => " waits "u8,
            });
            console.WriteDecimal(_accounts[i]);
        }

        console.WriteLine(""u8);
    }

    private static void WriteExit(ref ConsoleWriter console, ref readonly Exit exit)
    {
        console.Write(exit.Kind switch
        {
            FaultKind.Data => " data  "u8,
            FaultKind.Instruction => " fetch "u8,
            FaultKind.Call => " call  "u8,
            FaultKind.SError => " error "u8,
            _ => " other "u8,
        });
        console.WriteHex(exit.Pc);
        Field(ref console, " "u8, exit.Syndrome);
        Field(ref console, " "u8, exit.Address);
        Field(ref console, " "u8, exit.Value);
        console.WriteLine(""u8);
    }

    private static void Field(ref ConsoleWriter console, ReadOnlySpan<byte> name, ulong value)
    {
        console.Write(name);
        console.WriteHex(value);
    }

    /// <summary>What the kernel counted for the vCPU, by <see cref="AccountItem"/>: all but its state, which is the last.</summary>
    [InlineArray(Count)]
    private struct Accounts
    {
        public const int Count = (int)AccountItem.State;
        private ulong _first;
    }

    /// <summary>General registers, PC and PSTATE, and twelve that tell what EL1 was about.</summary>
    [InlineArray(Count)]
    private struct Registers
    {
        public const int Count = General + 14;
        private ulong _first;
    }
}
