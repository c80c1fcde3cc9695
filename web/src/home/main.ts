import "../styles";
import { mount } from "svelte";
import Home from "./Home.svelte";

const target = document.getElementById("page");
if (target) mount(Home, { target });
