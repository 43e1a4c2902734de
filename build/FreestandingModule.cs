// Part of every freestanding program and library: locals are not zeroed behind the programmer's back. C# still demands that
// each is assigned before use, and the compiler's zeroing could use vector registers.
[module: System.Runtime.CompilerServices.SkipLocalsInit]
