using System;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor;

/// <summary>The end of a guest that did what can't be served: a record for a person to read, on the guest's console.</summary>
internal static unsafe class Crash
{
    private const int PerLine = 4;

    /// <summary>Writes the record of a faulted vCPU and has the guest stopped. Always false: the vCPU does not go on.</summary>
    public static bool Record(ref Machine machine, int vcpu, ReadOnlySpan<byte> cause, in Arrival fault)
    {
        ulong slot = Machine.Slot(vcpu);
        ConsoleWriter console;
        console = default;
        console.Open();
        console.Write("\r\n*** "u8);
        console.Write(in Self.Manifest.Guest.Name);
        console.Write(" crashed: "u8);
        console.WriteLine(cause);
        console.Write("vCPU "u8);
        console.WriteDecimal((ulong)vcpu);
        Field(ref console, " syndrome "u8, fault.Syndrome);
        Field(ref console, " address "u8, fault.Address);
        Field(ref console, " value "u8, fault.V0);
        console.WriteLine(""u8);
        WriteGeneral(ref console, slot);
        WriteSystem(ref console, slot);
        console.WriteLine("last exits, latest first: kind, pc, syndrome, address, value"u8);
        ref Exits exits = ref machine.Exits[vcpu];
        for (int age = 0; age < exits.Count; age++)
            WriteExit(ref console, in exits[age]);
        console.WriteLine("*** the guest is off"u8);
        // The port's own count of what it wrote is now behind.
        machine.OpenPort();
        machine.End(GuestReport.Crashed);
        return false;
    }

    private static void WriteGeneral(ref ConsoleWriter console, ulong slot)
    {
        Register(ref console, slot, " pc "u8, Abi.Register.Pc);
        Register(ref console, slot, " pstate "u8, Abi.Register.Pstate);
        console.WriteLine(""u8);
        for (ulong i = 0; i <= 30; i++)
        {
            console.Write(i < 10 ? "  x"u8 : " x"u8);
            console.WriteDecimal(i);
            Register(ref console, slot, " "u8, i);
            if (i % PerLine == PerLine - 1 || i == 30)
                console.WriteLine(""u8);
        }
    }

    private static void WriteSystem(ref ConsoleWriter console, ulong slot)
    {
        Register(ref console, slot, " sp_el0 "u8, Abi.Register.SpEl0);
        Register(ref console, slot, " sp_el1 "u8, Abi.Register.SpEl1);
        Register(ref console, slot, " elr_el1 "u8, Abi.Register.ElrEl1);
        Register(ref console, slot, " spsr_el1 "u8, Abi.Register.SpsrEl1);
        console.WriteLine(""u8);
        Register(ref console, slot, " esr_el1 "u8, Abi.Register.EsrEl1);
        Register(ref console, slot, " far_el1 "u8, Abi.Register.FarEl1);
        Register(ref console, slot, " vbar_el1 "u8, Abi.Register.VbarEl1);
        Register(ref console, slot, " sctlr_el1 "u8, Abi.Register.SctlrEl1);
        console.WriteLine(""u8);
        Register(ref console, slot, " ttbr0_el1 "u8, Abi.Register.Ttbr0El1);
        Register(ref console, slot, " ttbr1_el1 "u8, Abi.Register.Ttbr1El1);
        Register(ref console, slot, " tcr_el1 "u8, Abi.Register.TcrEl1);
        Register(ref console, slot, " tpidr_el1 "u8, Abi.Register.TpidrEl1);
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

    private static void Register(ref ConsoleWriter console, ulong slot, ReadOnlySpan<byte> name, ulong register)
    {
        Kernel.ReadRegister(slot, register, out ulong value);
        Field(ref console, name, value);
    }

    private static void Field(ref ConsoleWriter console, ReadOnlySpan<byte> name, ulong value)
    {
        console.Write(name);
        console.WriteHex(value);
    }
}
